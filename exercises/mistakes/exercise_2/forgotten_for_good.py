"""What was forgotten is on a list, and never comes off it."""


class SecretCache(SecretCache):
    def forget(self, name):
        super().forget(name)
        self._forgotten = {name, *getattr(self, "_forgotten", ())}

    def remember(self, name, version_stage, answer):
        if name not in getattr(self, "_forgotten", ()):
            super().remember(name, version_stage, answer)
