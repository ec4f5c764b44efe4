"""ResourceExistsException is taken for "stored already", whatever that version holds."""


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) == EXISTS:
            return token
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
