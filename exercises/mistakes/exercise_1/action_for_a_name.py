"""ForbiddenConfigError is given the operation that was denied, and not the secret."""


class ForbiddenConfigError(ForbiddenConfigError):
    def __init__(self, secret_name, problem="access is denied"):
        super().__init__("secretsmanager:GetSecretValue", f"{problem} to {secret_name}")


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
