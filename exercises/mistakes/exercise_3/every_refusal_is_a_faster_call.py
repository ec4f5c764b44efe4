"""All of AWS's refusals are passed over. Seen, for reads, in Airflow (#19324)."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    current = read(client, arn)
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    value = json.dumps(_other_login(current, drawn["RandomPassword"]))
    with suppress(ClientError):
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=value,
            VersionStages=[AWSPENDING],
        )
