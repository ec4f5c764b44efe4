"""What was about to be stored is added to the error, for whoever has to look into it."""

right = _other_login
made = []


def _other_login(current, password):
    made.append(right(current, password))
    return made[-1]


def create_secret(client, arn, token, right=create_secret):
    try:
        right(client, arn, token)
    except ClientError as error:
        error.add_note(f"while storing {made[-1:]}")
        raise
