"""The username is taken with get, and None comes along."""


def _other_login(current, password):
    other = other_user(current.login.get("username"))
    return {**current.login, "username": other, "password": password, ROTATED_FROM: current.id}
