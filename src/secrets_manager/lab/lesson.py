"""Run one lesson as a program: its backend, its transcript, and its exit status."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import psycopg
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from secrets_manager.lab.backends import backend_name, default_session, open_backend
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.signals import end_as_on_ctrl_c
from secrets_manager.lab.streams import open_closed_streams
from secrets_manager.lab.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient


def run(main: Callable[[SecretsManagerClient], None]) -> NoReturn:
    """Run the lesson and exit: 0 when it ran, 2 for what a person can mend, 130 on Ctrl-C."""
    end_as_on_ctrl_c()
    open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # An arrow must not end a lesson.
    status = _status(main)
    gc.freeze()  # Else all that moto has loaded is looked through once more, for nothing.
    sys.exit(status)


def _status(main: Callable[[SecretsManagerClient], None]) -> int:
    try:
        tell(main)
    except KeyboardInterrupt:
        return _complain("Stopped. What the lesson made is deleted.", 130)
    except BrokenPipeError:  # As `make example-1 | head` does: nobody reads on, and all is well.
        _drop_output()
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            _hide_values(error)
            raise
        return _complain(sentence, 2)
    return 0


def _sentence(error: Exception) -> str | None:
    """Return what to tell about an error that a person can mend, or None for any other."""
    match error:
        case LabError():
            return str(error)
        case ClientError():
            code = error.response["Error"]["Code"]
            return f"{error.operation_name} was refused with {code}. {_ADVICE}"
        case HTTPClientError() | NoConnectionError():
            return f"The backend did not answer: {type(error).__name__}. {_ADVICE}"
        case BotoCoreError():  # Its text may quote a parameter's value.
            return f"A call could not be made: {type(error).__name__}. {_ADVICE}"
        case psycopg.OperationalError():  # Its text holds no password, but its pgconn does.
            return f"The database did not answer: {type(error).__name__}. {_AGAIN}"
        case OSError(errno=errno.ENOSPC):
            _drop_output()
            return "There is no room for what the lesson writes: make some, then run it again."
    return None


_AGAIN = "See that it is there, then: make example-3"
_ADVICE = "See that it is there and that you may use it, or stay in this process: BACKEND=moto"


def tell(main: Callable[[SecretsManagerClient], None]) -> None:
    """Run the lesson on the chosen backend, telling its calls and in the end their sum."""
    transcript = Transcript()
    with (
        open_backend(backend_name()) as client,
        transcript.listening(client.meta.events, default_session().events),
    ):
        main(client)
    print(f"\n{transcript.summary()}", flush=True)


def _complain(sentence: str, status: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    print(f"\n{sentence}", file=sys.stderr)
    return status


def _drop_output() -> None:
    """Let what is still to be written go nowhere: whoever read it has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _hide_values(error: BaseException | None) -> None:
    """Rid the errors that a traceback will print of the parameters that botocore quotes."""
    while error is not None:
        if isinstance(error, ParamValidationError):
            error.args = ("its text is hidden, as it may quote a secret value",)
        error = error.__cause__ or error.__context__
