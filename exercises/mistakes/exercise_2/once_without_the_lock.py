"""A look at what is running and the note of one's own call, and no lock around the two."""


class SecretCache(SecretCache):
    def once(self, key, call):
        running = self._running.get(key)
        if running is not None:
            return running.result()
        mine = self._running[key] = Future()
        try:
            result = call()
        except BaseException as error:
            self._running.pop(key, None)
            mine.set_exception(error)
            raise
        self._running.pop(key, None)
        mine.set_result(result)
        return result
