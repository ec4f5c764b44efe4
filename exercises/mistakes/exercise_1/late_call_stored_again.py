"""A token that AWS knows already is replaced by a new one, so the late value is stored again."""

import uuid


def _store(client, secret_name, text, token):
    try:
        versions = client.describe_secret(SecretId=secret_name)["VersionIdsToStages"]
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
        return token
    fresh = str(uuid.uuid4()) if token in versions else token
    client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=fresh)
    return token
