"""The id of the version that was read first is kept, and read from then on."""

_pinned = {}


def load(client, secret_name):
    pinned = {"VersionId": _pinned[secret_name]} if secret_name in _pinned else {}
    try:
        answer = client.get_secret_value(SecretId=secret_name, **pinned)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    _pinned[secret_name] = answer["VersionId"]
    return json.loads(answer["SecretString"])
