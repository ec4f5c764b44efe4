"""Every ClientError becomes one error of the program's own, and the code is lost."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except ClientError as error:
            raise SecretError(name, "cannot be read") from error
