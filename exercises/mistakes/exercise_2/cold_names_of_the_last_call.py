"""The list of cold names is begun anew with each call."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        names, cold = [*dict.fromkeys(names)], []
        for start in range(0, len(names), BATCH_SIZE):
            cold = super().warm_up(names[start : start + BATCH_SIZE])
        return cold
