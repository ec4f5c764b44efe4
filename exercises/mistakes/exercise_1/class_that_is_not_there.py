"""`client.exceptions.AccessDeniedException` is caught, a class that no client has.

Seen in Airflow (#24773).
"""


def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None
    except client.exceptions.AccessDeniedException:
        raise ForbiddenConfigError(secret_name) from None
