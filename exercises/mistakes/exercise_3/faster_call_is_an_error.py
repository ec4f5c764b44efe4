"""What AWS answers where another call was faster is left to the caller."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    current = read(client, arn)
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    value = json.dumps(_other_login(current, drawn["RandomPassword"]))
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=value,
            VersionStages=[AWSPENDING],
        )
    finally:
        del value
