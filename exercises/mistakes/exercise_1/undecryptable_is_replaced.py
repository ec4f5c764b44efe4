"""A value that cannot be decrypted is taken for one that is unusable, and replaced."""


def _version_holding(client, secret_name, text, right=_version_holding):
    try:
        return right(client, secret_name, text)
    except ClientError as error:
        if _code(error) == "DecryptionFailure":
            return None
        raise
