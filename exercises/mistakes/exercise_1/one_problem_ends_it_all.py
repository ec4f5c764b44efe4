"""The first partial error is raised, so one bad secret stops the whole shop."""


def _reported(client, error, right=_reported):
    raise right(client, error)
