"""How exercises are judged: checks, the process that runs them, and what learners are told."""
