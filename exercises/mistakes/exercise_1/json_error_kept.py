"""JSONDecodeError is kept as the cause, and its `doc` is the whole secret."""


def _found(entry, right=_found):
    found = right(entry)
    if isinstance(found, SecretError):
        try:
            json.loads(entry.get("SecretString", "{}"))
        except (ValueError, RecursionError) as error:
            found.__cause__ = error
    return found
