"""AWS's error for a missing secret is compared with a code that AWS does not have."""


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) == "SecretNotFoundException":
            return None
        raise
