"""Whatever is wrong with the put after another program's creation is called a twin's."""


def _store(client, secret_name, text, token, right=_store):
    try:
        return right(client, secret_name, text, token)
    except ClientError as error:
        if isinstance(error.__context__, ClientError):
            raise SecretError(secret_name, "is being created by another program") from error
        raise
