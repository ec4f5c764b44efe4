"""The id comes from DescribeSecret, the value from GetSecretValue, and an edit in between."""


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    labels = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    current = Version(
        next(version for version in labels if AWSCURRENT in labels[version]),
        read(client, arn).login,
    )
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
