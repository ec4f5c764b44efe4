"""That rotation is enabled is remembered from one call to the next."""

_enabled = set()


class _Client:
    def __init__(self, client):
        self.client = client

    def describe_secret(self, **kwargs):
        secret = self.client.describe_secret(**kwargs)
        if secret.get("RotationEnabled"):
            _enabled.add(kwargs["SecretId"])
        return {**secret, "RotationEnabled": kwargs["SecretId"] in _enabled}


def current_version(client, arn, token, right=current_version):
    return right(_Client(client), arn, token)
