"""A secret that does not exist has no previous version either, and is told so."""


def roll_back(client, secret_name, bad_version_id, right=roll_back):
    try:
        return right(client, secret_name, bad_version_id)
    except client.exceptions.ResourceNotFoundException:
        raise NothingToRollBackError(secret_name) from None
