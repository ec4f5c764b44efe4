"""NothingToRollBackError is given the bad version, and not the secret."""


class NothingToRollBackError(NothingToRollBackError):
    def __init__(self, secret_name, problem="has no previous version"):
        super().__init__("the bad version", f"{problem} in {secret_name}")
