"""Whatever has to do with who asks is called forbidden, also where credentials have expired."""


def _problem(client, secret_name, code, right=_problem):
    known = "ExpiredTokenException", "UnrecognizedClientException"
    return right(client, secret_name, ACCESS_DENIED if code in known else code)
