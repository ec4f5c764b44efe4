"""The refused login is raised, and nobody learns that the permission is gone."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except ClientError as error:
            raise LoginRefusedError from error
