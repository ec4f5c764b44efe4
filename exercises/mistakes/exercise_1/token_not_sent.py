"""The token is returned and never sent, so boto3 makes up another one at each call."""


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text)
    return token
