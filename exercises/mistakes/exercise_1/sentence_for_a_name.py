"""The first argument of the error is taken for its message."""


class AbsentConfigError(AbsentConfigError):
    def __init__(self, secret_name, problem="does not exist"):
        super().__init__(f"The secret {secret_name} {problem}", problem)
