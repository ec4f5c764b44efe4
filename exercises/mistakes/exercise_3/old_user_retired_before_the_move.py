"""The old user is locked out before the label moves, and a crash comes between the two."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        master = read(client, current.login["masterarn"])
        with log_in(master.login) as connection:
            old = sql.Identifier(current.login["username"])
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(old))
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
