"""What cannot be used is deleted by force and created again. Seen in Terraform (#5445)."""


def _store(client, secret_name, text, token):
    try:
        require(client, secret_name)
    except UnusableConfigError:
        client.delete_secret(SecretId=secret_name, ForceDeleteWithoutRecovery=True)
    except AbsentConfigError:
        pass
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    return token
