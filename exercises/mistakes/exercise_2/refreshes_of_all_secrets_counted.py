"""One counter of refreshes for all secrets says whether this one was refreshed."""


class SecretCache(SecretCache):
    refreshes = 0

    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        self.refreshes += 1
        return value

    def log_in(self, name, connect):
        value, seen = self.get_or_stale(name), self.refreshes
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            value = self._after(name, seen)
            seen = self.refreshes
        return connect(_existing(name, value))

    def _after(self, name, seen):
        def look_or_ask():
            known = self._known(name, AWSCURRENT)
            if known is not None and self.refreshes != seen:
                return known.value
            return self.refresh(name)

        return self.once((name, AWSCURRENT), look_or_ask)
