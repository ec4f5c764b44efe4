"""UpdateSecret stores the value: it refuses a token that is in use, also with the same value."""


def _store(client, secret_name, text, token):
    try:
        client.update_secret(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
