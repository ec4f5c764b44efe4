"""The error for what a person can mend: it says what is wrong and which command comes next."""


class LabError(Exception):
    """Something outside the lesson is missing or wrong; `str()` is fit for the screen as it is.

    The runner of the examples prints it and exits with status 2, without a traceback.
    """
