"""Tell each API call as it happens, values hidden, and what the calls would cost on AWS.

What is hidden is what AWS's own service model marks as sensitive, in parameters and answers.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from secrets_manager.lab.backends import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel, Shape

# https://aws.amazon.com/secrets-manager/pricing/
DOLLARS_PER_CALL = 0.05 / 10_000
DOLLARS_PER_SECRET_AND_MONTH = 0.40

_quiet = threading.Event()


class Transcript:
    """Counts the calls of every client whose events it listens to, and tells them."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()  # Clients may be used by many threads.

    @contextmanager
    def listening(self, *emitters: BaseEventHooks) -> Iterator[None]:
        """Tell the calls of these clients; or, for a session's events, of clients made inside."""
        handlers: dict[str, Callable[..., None]] = {
            "provide-client-params.secretsmanager": self._asked,
            "after-call.secretsmanager": self._answered,
            "after-call-error.secretsmanager": self._failed,
        }
        with listening(handlers, *emitters):
            yield

    def summary(self) -> str:
        """Return the number of calls by operation, and their price on AWS in dollars."""
        total = self.calls.total()
        by_operation = ", ".join(f"{name} {count}" for name, count in sorted(self.calls.items()))
        return (
            f"{total} calls: {by_operation}.\n"
            f"On AWS these calls cost ${total * DOLLARS_PER_CALL:.6f}, "
            f"and every secret ${DOLLARS_PER_SECRET_AND_MONTH:.2f} for each month it is kept."
        )

    def _asked(
        self, params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: Any
    ) -> None:
        context["told_params"] = parameters(params, model.input_shape)

    def _answered(
        self, parsed: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: Any
    ) -> None:
        if "Error" in parsed:
            answer = styled(parsed["Error"]["Code"], RED)
        else:
            answer = parameters(parsed, model.output_shape)
        self._tell(model.name, context.get("told_params", ""), answer)

    def _failed(self, exception: Exception, **details: Any) -> None:
        # The name alone: a network error's text holds no value, but is not ours to vouch for.
        model, context = details.get("model"), details.get("context") or {}
        name = model.name if model else details["event_name"].rsplit(".", 1)[-1]
        self._tell(name, context.get("told_params", ""), styled(type(exception).__name__, RED))

    def _tell(self, operation: str, asked: str, answer: str) -> None:
        with self._lock:
            self.calls[operation] += 1
            if not _quiet.is_set():
                print(_wrapped(f"{styled(operation, BOLD)}({asked})", "   ", "       "))
                print(_wrapped(answer or "done", "     → ", "       "), flush=True)


@contextmanager
def quietly() -> Iterator[None]:
    """Count calls without telling them: for what many threads do at once."""
    quiet_before = _quiet.is_set()
    _quiet.set()
    try:
        yield
    finally:
        if not quiet_before:
            _quiet.clear()


def parameters(values: Mapping[str, Any], shape: Shape | None) -> str:
    """Return one operation's parameters or answer in words, what is sensitive hidden."""
    return ", ".join(
        f"{name}={_shown(value, _member(shape, name))}"
        for name, value in values.items()
        if name != "ResponseMetadata"
    )


def _shown(value: Any, shape: Shape | None) -> str:
    if shape is None or shape.metadata.get("sensitive"):
        return hidden(value)
    if isinstance(value, dict):
        inner = (
            f"{_short(str(key))}: {_shown(item, _member(shape, key))}"
            for key, item in value.items()
        )
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_shown(item, _member(shape)) for item in value)}]"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return _short(str(value))


def _member(shape: Shape | None, name: str = "") -> Shape | None:
    """Return the shape of what a structure holds by this name, or of a map's or list's items."""
    if isinstance(shape, StructureShape):
        return shape.members.get(name)
    if isinstance(shape, MapShape):
        return shape.value
    return shape.member if isinstance(shape, ListShape) else None


def _short(text: str) -> str:
    """Return a version id or an ARN cut to what tells it from others."""
    text = re.sub(r"\b([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", r"\1…", text)
    return re.sub(r"\barn:aws[^ ]*:secret:[^ ]*(-\w{6})\b", r"arn:…\1", text)


def hidden(value: object) -> str:
    """Return a value's length in words, and nothing else of it."""
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes, hidden"
    if isinstance(value, str):
        return f"{len(value)} characters, hidden"
    return "hidden"


BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


def styled(text: str, code: str) -> str:
    """Return the text in a terminal's style, plain where colour is off (NO_COLOR, no terminal)."""
    plain = (
        bool(os.environ.get("NO_COLOR"))
        or os.environ.get("TERM") == "dumb"
        or not sys.stdout.isatty()
    )
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"


def _wrapped(text: str, first: str, rest: str) -> str:
    width = min(shutil.get_terminal_size().columns, 110)
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def step(title: str) -> None:
    """Print the heading of a lesson's next step."""
    print(f"\n{styled(title, BOLD)}", flush=True)
