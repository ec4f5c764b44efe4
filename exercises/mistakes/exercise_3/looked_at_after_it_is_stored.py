"""The new login is stored first, and read and checked afterwards."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    current = read(client, arn)
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    value = json.dumps(
        {
            **current.login,
            "username": f"{current.login.get('username')}{CLONE}".removesuffix(CLONE * 2),
            "password": drawn["RandomPassword"],
            ROTATED_FROM: current.id,
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
    other_user(current.login["username"])
