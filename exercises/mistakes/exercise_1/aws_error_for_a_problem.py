"""A ClientError is made up for a code that has no type."""


def _reported(client, error):
    name, code = error["SecretId"], error["ErrorCode"]
    return _problem(client, name, code) or ClientError(
        {"Error": {"Code": code, "Message": ""}}, "BatchGetSecretValue"
    )
