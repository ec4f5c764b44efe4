"""Numbers are compared as str() writes them, by which 2 and "2" are the same."""

import re


def _version_holding(client, secret_name, text, right=_version_holding):
    bare = re.sub(r'"([0-9]+)"', r"\1", text)
    return right(client, secret_name, text) or right(client, secret_name, bare)
