"""A call that has ended stays until the next one for its key, with all that it returned."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self._lock:
            running = self._running.get(key)
            if running is None or running.done():
                running, mine = None, Future()
                self._running[key] = mine
        if running is not None:
            return running.result()
        try:
            result = call()
        except BaseException as error:
            mine.set_exception(error)
            raise
        mine.set_result(result)
        return result
