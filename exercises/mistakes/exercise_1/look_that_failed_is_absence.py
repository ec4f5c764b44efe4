"""In a batch, a second look that fails for whatever reason makes the secret absent."""


def _reported(client, error, right=_reported):
    try:
        return right(client, error)
    except ClientError:
        return AbsentConfigError(error["SecretId"])
