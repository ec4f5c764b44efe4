"""Every save puts a value, as if somebody had created the secret."""


def _store(client, secret_name, text, token):
    client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    return token
