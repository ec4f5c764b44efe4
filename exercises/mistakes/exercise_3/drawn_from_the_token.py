"""A password is computed from the ARN and the token: a repeated call comes to the same one."""

import hashlib

solved = create_secret


def create_secret(client, arn, token):
    class Computed:
        def __getattr__(self, name):
            return getattr(client, name)

        def get_random_password(self, **_):
            return {"RandomPassword": hashlib.sha256(f"{arn}/{token}".encode()).hexdigest()[:32]}

    solved(Computed(), arn, token)
