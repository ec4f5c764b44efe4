"""A secret that is scheduled for deletion is restored, because it could not be read."""


def load(client, secret_name):
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
    except client.exceptions.InvalidRequestException:
        client.restore_secret(SecretId=secret_name)
        return require(client, secret_name)
