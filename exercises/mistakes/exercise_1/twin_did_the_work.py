"""ResourceExistsException is taken to mean that the work is done."""

from contextlib import suppress


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        with suppress(client.exceptions.ResourceExistsException):
            client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
