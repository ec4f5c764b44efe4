"""The step is looked up in a dict, and its KeyError is left as it is."""


def handler(event, context):
    steps = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": test_secret,
        "finishSecret": finish_secret,
    }
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        steps[event["Step"]](client, arn, token)
