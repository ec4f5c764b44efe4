"""The session is closed after the move, a line that a refusal of AWS skips."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    session = log_in(pending.login)
    take_lock(session, arn)
    test_secret(client, arn, token)
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current.id,
    )
    session.close()
