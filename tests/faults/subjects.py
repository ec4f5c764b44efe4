"""The handlers that are tested: the solution of exercise 3, with a bug in it or without."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

SOLUTION = Path(__file__).resolve().parents[2] / "exercises" / "solutions" / "exercise_3.py"


def solution(*replacements: tuple[str, str], file: Path = SOLUTION) -> ModuleType:
    """Return a file as a module, with parts of its text replaced, each of which is there once."""
    source = file.read_text("utf-8")
    for old, new in replacements:
        if source.count(old) != 1:
            message = f"the text is there {source.count(old)} times, and not once: {old!r}"
            raise ValueError(message)
        source = source.replace(old, new)
    module = ModuleType("handler_under_test")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # Where dataclasses look for what annotations name.
    exec(compile(source, str(file), "exec"), vars(module))  # noqa: S102 - Our own file.
    return module
