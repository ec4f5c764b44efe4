"""botocore's log is turned on at DEBUG, where it prints every answer. Seen in boto3 (#2292)."""


def load(client, secret_name):
    import logging

    import boto3

    boto3.set_stream_logger("botocore", logging.DEBUG)
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
