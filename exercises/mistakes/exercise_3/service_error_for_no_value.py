"""The value is read past `read`, and AWS's error is left as it is."""


def test_secret(client, arn, token):
    answer = client.get_secret_value(SecretId=arn, VersionId=token, VersionStage=AWSPENDING)
    with log_in(json.loads(answer["SecretString"])) as connection:
        connection.execute("SELECT 1")
