"""A secret that is about to be deleted is passed over, as nobody will read it."""


def save(client, secret_name, config, token, right=save):
    try:
        return right(client, secret_name, config, token)
    except client.exceptions.InvalidRequestException:
        return token
