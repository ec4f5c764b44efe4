"""What was loaded is logged, "just for debugging". Seen in amplify-ci-support (#133)."""

import logging


def load(client, secret_name):
    try:
        config = require(client, secret_name)
    except AbsentConfigError:
        return None
    logging.getLogger(__name__).info("loaded %s: %s", secret_name, config)
    return config
