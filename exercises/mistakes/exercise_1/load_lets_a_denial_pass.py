"""`load` handles ClientError before `require` can give a type to a denied read."""


def load(client, secret_name):
    try:
        client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
