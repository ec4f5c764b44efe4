"""Threads that waited for a call that failed raise an error of the same type."""


class SecretCache(SecretCache):
    def once(self, key, call):
        ran = []

        def run():
            ran.append(1)
            return call()

        try:
            return super().once(key, run)
        except Exception as error:
            if ran:
                raise
            raise type(error)(*error.args) from None
