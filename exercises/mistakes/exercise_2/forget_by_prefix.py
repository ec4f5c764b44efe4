"""Names are compared by how they begin, as AWS's name filter does.

Seen in Kamal (#1292).
"""


class SecretCache(SecretCache):
    def forget(self, name):
        for known in [each for each in self._answers if each.startswith(name)]:
            del self._answers[known]
