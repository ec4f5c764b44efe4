"""Truth values are compared as str() writes them, by which true and "True" are the same."""

import re


def _version_holding(client, secret_name, text, right=_version_holding):
    bare = re.sub('"(True|False)"', lambda found: found[1].lower(), text)
    return right(client, secret_name, text) or right(client, secret_name, bare)
