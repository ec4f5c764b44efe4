"""The new password is written out, so that somebody can try it."""

import sys


def _other_login(current, password, right=_other_login):
    sys.stdout.write(f"the new password is {password}\n")
    return right(current, password)
