"""Where the rotation is over, nobody looks which step was asked for."""


def handler(event, context, right=handler):
    client, token = get_secrets_client(), event["ClientRequestToken"]
    if current_version(client, event["SecretId"], token) != token:
        right(event, context)
