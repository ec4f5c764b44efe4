"""Only what the program has done wrong is an error; where AWS fails, there is no configuration."""


def load(client, secret_name, right=load):
    try:
        return right(client, secret_name)
    except client.exceptions.InternalServiceError:
        return None
