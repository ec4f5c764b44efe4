"""The answer of GetSecretValue is returned, as if it were the configuration in it."""


def load(client, secret_name):
    try:
        return client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
