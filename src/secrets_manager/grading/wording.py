"""Put an error of a learner's code into plain words, which hold no value of a secret."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, OperationNotPageableError

from secrets_manager.grading.checks import subject, told

if TYPE_CHECKING:
    from pathlib import Path

# Errors whose own words are about code, and never about a value.
ABOUT_CODE = (
    *(AttributeError, ImportError, NameError, SyntaxError, TypeError),
    OperationNotPageableError,
)
QUOTED = re.compile('"(.*)"', re.DOTALL)  # From the first quotation mark to the last.
CHANGED_MEANWHILE = "changed size during iteration"  # What Python says of a dict or a set.
# A slip of the pen: it says nothing of what somebody believes about AWS.
SLIPS = frozenset(
    {
        *("AssertionError", "AttributeError", "ImportError", "IndexError", "KeyError"),
        *("ModuleNotFoundError", "NameError", "OperationNotPageableError", "ParamValidationError"),
        *("RecursionError", "TypeError", "UnboundLocalError"),
    }
)


def place(error: BaseException, file: Path, shown: str) -> str:
    """Return the innermost line of the learner's file that *error* went through."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(file)
    ]
    return f"{shown}:{lines[-1]}" if lines else shown


def missing(error: NotImplementedError, file: Path) -> str | None:
    """Return which function of the file is waited for by another one that is written."""
    frames = traceback.extract_tb(error.__traceback__)
    names = [frame.name for frame in frames if frame.filename == str(file)]
    return f"{names[0]}() needs {names[-1]}(), which is still to write." if names[1:] else None


def in_words(error: BaseException, source: str = "") -> str:
    """Return an error in words that hold no value.

    A key, or what a database quotes, is named where the learner's *source* has it, too.
    """
    if isinstance(error, ClientError):
        return f"{error.operation_name} answered {subject(error)}"
    is_pythons = type(error) is RuntimeError and str(error).endswith(CHANGED_MEANWHILE)
    if isinstance(error, ABOUT_CODE) or is_pythons:
        return f"{type(error).__name__}: {error}"
    key = str(error.args[0]) if isinstance(error, KeyError) and error.args else None
    if key and (f'"{key}"' in source or f"'{key}'" in source):
        return f"{type(error).__name__}: {key}"
    said = getattr(getattr(error, "diag", None), "message_primary", None)  # A server's, of psycopg.
    if said:
        hidden = QUOTED.sub(lambda found: found[0] if found[1] in source else '"…"', said)
        return f"{type(error).__name__}: {hidden}"
    return told(error)


def slips(happened: str) -> frozenset[str]:
    """Return the errors in a sentence that tell of a slip, and not of a belief about AWS."""
    return SLIPS.intersection(re.findall(r"\w+", happened))


def sentence(text: str) -> str:
    """Return *text* with a capital, where it begins with a word, and a full stop."""
    text = text.strip()
    first = text.partition(" ")[0]
    if "." not in first and "_" not in first and "(" not in first:  # Else it is a name of code.
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
