"""The numbered lessons: `python -m secrets_manager.examples.example_1`."""
