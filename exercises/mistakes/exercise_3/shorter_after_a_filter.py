"""32 characters are drawn, and the awkward ones are taken out afterwards."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    awkward = "/@\"'\\: "
    current = read(client, arn)
    drawn = client.get_random_password(PasswordLength=32)
    value = json.dumps(
        _other_login(current, drawn["RandomPassword"].translate(dict.fromkeys(map(ord, awkward))))
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
