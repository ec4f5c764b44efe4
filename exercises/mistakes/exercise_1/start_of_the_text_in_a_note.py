"""The problem shows how the value begins, so that somebody may know what it is."""


def _found(entry, right=_found):
    found = right(entry)
    if isinstance(found, SecretError):
        found.add_note(f"It begins with {entry.get('SecretString', '')[:10]}")
    return found
