"""The text of the secret is handed on, and what is in it is left to whoever called."""


def load(client, secret_name):
    try:
        return client.get_secret_value(SecretId=secret_name)["SecretString"]
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
