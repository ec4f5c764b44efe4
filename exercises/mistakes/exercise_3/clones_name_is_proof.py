"""A role that bears the clone's name is believed to be the clone, member or not."""


def _join(connection, user, owner, right=_join):
    known = "SELECT FROM pg_roles WHERE rolname = %s AND NOT rolsuper"
    if user == owner + CLONE and connection.execute(known, [user]).rowcount:
        return
    right(connection, user, owner)
