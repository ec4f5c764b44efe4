"""Run one lesson as a program: its backend, its transcript, and its exit status."""

from __future__ import annotations

import io
import os
import signal
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
from secrets_manager.lab.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient


def run(main: Callable[[SecretsManagerClient], None]) -> NoReturn:
    """Run the lesson and exit: 0 when it ran, 2 for what a person can mend, 130 on Ctrl-C."""
    for ending in (signal.SIGTERM, signal.SIGHUP):  # `kill`, and a terminal that is closed.
        if signal.getsignal(ending) is not signal.SIG_IGN:  # As under nohup.
            signal.signal(ending, _interrupt)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # An arrow must not end a lesson.
    sys.exit(_status(main))


def _status(main: Callable[[SecretsManagerClient], None]) -> int:
    try:
        tell(main)
    except LabError as error:
        return _complain(str(error), 2)
    except KeyboardInterrupt:
        return _complain("Stopped. What the lesson made is deleted.", 130)
    except BrokenPipeError:  # As `make example-1 | head` does: nobody reads on, and all is well.
        _drop_output()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return _complain(f"{error.operation_name} was refused with {code}. {_ADVICE}", 2)
    except (HTTPClientError, NoConnectionError) as error:
        return _complain(f"The backend did not answer: {type(error).__name__}. {_ADVICE}", 2)
    except BotoCoreError as error:  # Its text may quote a parameter's value.
        return _complain(f"A call could not be made: {type(error).__name__}. {_ADVICE}", 2)
    except psycopg.OperationalError as error:  # Its text holds no password, its pgconn does.
        return _complain(f"The database did not answer: {type(error).__name__}. {_AGAIN}", 2)
    except Exception as error:
        _hide_values(error)
        raise
    return 0


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


def _interrupt(signum: int, _frame: object) -> NoReturn:
    signal.signal(signum, signal.SIG_IGN)  # make passes a signal on: one came, cleanup is on.
    raise KeyboardInterrupt(signum)


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
