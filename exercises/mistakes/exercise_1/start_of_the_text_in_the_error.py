"""The error shows how the text begins, so that somebody may know which one it is."""


def save(client, secret_name, config, token, right=save):
    try:
        return right(client, secret_name, config, token)
    except ConfigTooLargeError as error:
        error.add_note(f"{as_text(config)[:16]}…")
        raise
