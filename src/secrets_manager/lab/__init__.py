"""Where lessons run: backends, a database, Secrets Manager's side of a rotation, a transcript."""
