"""SystemExit is thought of, and KeyboardInterrupt, which is no Exception either, is not."""


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
        except (Exception, SystemExit) as error:
            self._end(key)
            mine.set_exception(error)
            raise
        self._end(key)
        mine.set_result(result)
        return result
