"""Whoever answers that it is starting up has answered."""

REFUSALS = (*REFUSALS, "starting up")
