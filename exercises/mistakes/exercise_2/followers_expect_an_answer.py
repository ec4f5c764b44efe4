"""Whoever waited looks into memory, where there is nothing after an error."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        ran = []

        def refresh():
            ran.append(1)
            return self.refresh(name, version_stage)

        if self.recall(name, version_stage) is None:
            try:
                self.once((name, version_stage), refresh)
            except Exception:
                if ran:
                    raise
        return self.recall(name, version_stage).value
