"""What `require` parses is left as text in the batch."""


def _found(entry, right=_found):
    found = right(entry)
    return found if isinstance(found, SecretError) else entry["SecretString"]
