"""The number is made from the ARN and the user, and each of the two has a lock of its own."""


def take_lock(connection, arn, right=take_lock):
    right(connection, f"{arn}/{connection.info.user}")
