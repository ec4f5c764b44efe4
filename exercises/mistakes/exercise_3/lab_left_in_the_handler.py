"""A function of the lab is used, which a learner has seen in example 3."""

from secrets_manager.lab.postgres import login_refused


def refused(error):
    return login_refused(error)
