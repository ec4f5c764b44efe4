"""The value is stored once more, as AWSCURRENT, in a version that nobody has prepared."""


def finish_secret(client, arn, token):
    _, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.put_secret_value(
            SecretId=arn, SecretString=json.dumps(pending.login), VersionStages=[AWSCURRENT]
        )
