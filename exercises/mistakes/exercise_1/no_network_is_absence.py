"""Errors of botocore's own are caught beside the missing secret, so that the shop starts."""

from botocore.exceptions import BotoCoreError


def load(client, secret_name, right=load):
    try:
        return right(client, secret_name)
    except BotoCoreError:
        return None
