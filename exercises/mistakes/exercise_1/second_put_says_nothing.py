"""The rare way through the function has no return."""


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
        return token
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
    try:
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
        return token
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
