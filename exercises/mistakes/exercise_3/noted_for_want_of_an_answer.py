"""What was to be stored is noted on the error of a call that was not answered."""


def create_secret(client, arn, token, right=create_secret):
    class Noting:
        def __getattr__(self, name):
            return getattr(client, name)

        def put_secret_value(self, **kwargs):
            try:
                return client.put_secret_value(**kwargs)
            except BotoCoreError as error:
                error.add_note(f"to be stored was {kwargs['SecretString']}")
                raise

    right(Noting(), arn, token)
