"""The password is drawn by the module random, whose next numbers follow from the last ones."""

import random
import string

solved = create_secret


def create_secret(client, arn, token):
    class Drawn:
        def __getattr__(self, name):
            return getattr(client, name)

        def get_random_password(self, **_):
            pool = string.ascii_letters + string.digits
            return {"RandomPassword": "".join(random.Random().choices(pool, k=32))}

    solved(Drawn(), arn, token)
