"""A note on the error shows both ends of what could not be read, as of a card number."""


def _parse(secret_name, text, right=_parse):
    found = right(secret_name, text)
    if isinstance(found, SecretError) and text is not None:
        found.add_note(f"The value is {text[:4]}…{text[-4:]}")
    return found
