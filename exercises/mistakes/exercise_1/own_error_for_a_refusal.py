"""AWS's refusal becomes an error of the program's own, which has AWS's as its cause."""


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        message = f"cannot read {secret_name}"
        raise RuntimeError(message) from error
