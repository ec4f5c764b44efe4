"""In a batch, ResourceNotFoundException means a missing secret alone. Seen in boto3 (#2794)."""


def _reported(client, error, right=_reported):
    if error["ErrorCode"] == NOT_FOUND:
        return AbsentConfigError(error["SecretId"])
    return right(client, error)
