"""An if for each step, and nothing for what is none of them."""


def handler(event, context):
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        if event["Step"] == "createSecret":
            create_secret(client, arn, token)
        elif event["Step"] == "setSecret":
            set_secret(client, arn, token)
        elif event["Step"] == "testSecret":
            test_secret(client, arn, token)
        elif event["Step"] == "finishSecret":
            finish_secret(client, arn, token)
