"""To write: the misconception in a sentence; here, that a missing secret is an empty one."""


def value_of(client, secret_name):
    try:
        return client.get_secret_value(SecretId=secret_name)["SecretString"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return ""
        raise
