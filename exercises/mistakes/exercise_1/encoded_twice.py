"""The text is encoded once more, so that a reader finds a string and no object."""


def _store(client, secret_name, text, token):
    text = json.dumps(text)
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
