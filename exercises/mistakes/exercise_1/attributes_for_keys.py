"""Objects of the JSON become objects with attributes, which the contract does not say."""

from types import SimpleNamespace


def load(client, secret_name):
    try:
        text = client.get_secret_value(SecretId=secret_name)["SecretString"]
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    return json.loads(text, object_hook=lambda found: SimpleNamespace(**found))
