"""The error of json.loads is the cause of the one that is raised. Its doc is the secret."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    answer = client.get_secret_value(SecretId=arn, VersionStage=AWSCURRENT)
    try:
        current = Version(answer["VersionId"], Login(json.loads(answer["SecretString"])))
    except (KeyError, TypeError, ValueError) as error:
        message = f"{arn}: the current value is not a JSON object"
        raise RotationError(message) from error
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
