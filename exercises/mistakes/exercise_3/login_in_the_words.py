"""The whole login is put into the error, for whoever looks into it."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    current = read(client, arn)
    username = current.login["username"]
    try:
        other_user(username)
    except RotationError:
        message = f"{arn}: no other user for {json.dumps(current.login)}"
        raise RotationError(message) from None
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    value = json.dumps(_other_login(current, drawn["RandomPassword"]))
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
