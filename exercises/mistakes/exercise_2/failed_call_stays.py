"""A call is taken away when it has succeeded, and stays when it has failed."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self._lock:
            running = self._running.get(key)
            if running is None:
                mine = self._running[key] = Future()
        if running is not None:
            return running.result()
        try:
            result = call()
        except BaseException as error:
            mine.set_exception(error)
            raise
        self._end(key)
        mine.set_result(result)
        return result
