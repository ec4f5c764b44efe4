"""A secret without a value is created again, and "it exists" is taken for the work of a twin."""

from contextlib import suppress


def _store(client, secret_name, text, token):
    try:
        client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        with suppress(client.exceptions.ResourceExistsException):
            client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
        return token
    client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    return token
