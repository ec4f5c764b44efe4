"""Whatever is wrong with the creation, the value is put: the reason of the refusal is lost."""


def _store(client, secret_name, text, token):
    try:
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            raise
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    return token
