"""log_in logs in and out again, and returns nothing."""


def log_in(login):
    try:
        connect(login).close()
    except psycopg.OperationalError as error:
        words = str(error)
    else:
        return
    refused = any(refusal in words for refusal in REFUSALS)
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
