"""All endings are taken off, and not one."""


def other_user(username, right=other_user):
    if not username.endswith(CLONE):
        return right(username)
    while username.endswith(CLONE):
        username = username.removesuffix(CLONE)
    return username
