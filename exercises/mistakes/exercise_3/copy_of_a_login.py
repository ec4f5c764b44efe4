"""The login is copied into a plain dict, which raises KeyError where Login has words of its own."""


def _other_login(current, password):
    value = dict(current.login)
    value["username"] = other_user(value["username"])
    return {**value, "password": password, ROTATED_FROM: current.id}
