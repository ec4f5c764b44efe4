"""The put after the other program's creation goes without the token."""


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        try:
            client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=secret_name, SecretString=text)
    return token
