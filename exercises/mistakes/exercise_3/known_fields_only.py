"""The new value is put together from the fields that the handler knows; an operator's are lost."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    fields = ("engine", "host", "port", "dbname", "username", "password", "masterarn", ROTATED_FROM)
    current = read(client, arn)
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    value = json.dumps(
        {
            key: value
            for key, value in _other_login(current, drawn["RandomPassword"]).items()
            if key in fields
        }
    )
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=value,
            VersionStages=[AWSPENDING],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceExistsException":
            raise
