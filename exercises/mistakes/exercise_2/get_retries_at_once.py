"""A second try at once, on top of those that botocore makes, when AWS has just asked for less."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        try:
            return super().get(name, version_stage)
        except ClientError:
            return super().get(name, version_stage)
