"""Every save creates the secret, which works once."""


def _store(client, secret_name, text, token):
    client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
