"""log_in asks AWS in a way of its own, which forgets nothing where AWS refuses."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        def look_or_ask():
            known = self.recall(name, AWSCURRENT)
            if known is not None and known.value is not refused:
                return known.value
            asked_at = self._clock()
            value = get_secret(self._client, name)
            self.remember(name, AWSCURRENT, Answer(value, asked_at))
            return value

        return self.once((name, AWSCURRENT), look_or_ask)
