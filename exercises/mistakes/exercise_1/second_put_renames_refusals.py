"""Whatever goes wrong with the put after another program's creation is blamed on that program."""


def _store(client, secret_name, text, token, right=_store):
    try:
        return right(client, secret_name, text, token)
    except ClientError as error:
        if isinstance(error.__context__, ClientError):
            raise SecretError(secret_name, "is being created by another program") from error
        raise
