"""SecretBinary is forgotten in the batch, and ends as a bare KeyError. Seen in Prefect (#13037)."""


def _found(entry):
    return _parse(entry["Name"], entry["SecretString"])
