"""The refusal is raised and the value kept: the next outage brings it back.

Seen in Fides (#8051).
"""

import sys


class SecretCache(SecretCache):
    def forget(self, name):
        if sys._getframe(1).f_code.co_name != "refresh":
            super().forget(name)
