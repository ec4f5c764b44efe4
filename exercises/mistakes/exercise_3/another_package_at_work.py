"""A package that only the course's tools have is imported, and at that when it is used first."""


def handler(event, context, right=handler):
    import requests

    return right(event, context) if requests else None
