"""The configuration is read and parsed, and the function ends without a word."""


def load(client, secret_name):
    try:
        json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
