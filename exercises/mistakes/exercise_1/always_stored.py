"""A new version is made at every save, also where nothing has changed."""


def _version_holding(client, secret_name, text):
    client.get_secret_value(SecretId=secret_name)
