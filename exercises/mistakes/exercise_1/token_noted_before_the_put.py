"""A token is noted as used before the call that may never arrive."""

_used = {}


def _store(client, secret_name, text, token, right=_store):
    if _used.get((secret_name, token)) == text:
        return token
    _used[secret_name, token] = text
    return right(client, secret_name, text, token)
