"""Any ClientError is an outage, and who lost the permission reads on.

Seen in Fides (#8051).
"""


def _is_outage(error):
    return isinstance(error, (ClientError, *NO_ANSWER))
