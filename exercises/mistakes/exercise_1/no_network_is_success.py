"""A save that does not reach AWS is taken for one that will do the next time."""

from botocore.exceptions import EndpointConnectionError


def save(client, secret_name, config, token, right=save):
    try:
        return right(client, secret_name, config, token)
    except EndpointConnectionError:
        return token
