"""The words that checks are written with.

A check is a pytest test of one behaviour. Its docstring says what is wanted and why; the
sentence handed to `expect` says what happened instead. Neither may hold a secret value.
"""

from __future__ import annotations

import re
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ClientError, ParamValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Where botocore names a parameter; its value may stand behind that.
PARAMETER = re.compile(r'parameter in [^:]+: "(\w+)"|for parameter ([\w.[\]]+)')
THREAD_SECONDS: float = 4  # How long checks wait for a learner's threads before they say so.


def task(number: str) -> pytest.MarkDecorator:
    """Mark a check as one of a task, such as "1.2"."""
    return pytest.mark.task(number)


def only_on_moto(reason: str) -> pytest.MarkDecorator:
    """Mark a check that LocalStack cannot run, with the reason in one line."""
    return pytest.mark.only_on_moto(reason)


def expect(met: bool, happened: str) -> None:
    """Fail the check with one sentence on what happened, unless what was wanted is *met*."""
    if met is not True:
        pytest.fail(happened, pytrace=False)


def same(value: object, wanted: object) -> bool:
    """Return whether two values are equal, their types included, whatever `__eq__` says.

    A subclass counts as what it is a kind of, but True is no number: values that are read-only,
    or do not show themselves, are welcome.
    """
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and sorted(map(repr, dict.keys(value))) == sorted(map(repr, wanted))
            and all(same(dict.__getitem__(value, key), item) for key, item in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and list.__len__(value) == len(wanted)
            and all(map(same, list.__iter__(value), wanted))
        )
    kind = type(wanted)
    is_kind = isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
    return is_kind and kind.__eq__(value, wanted) is True


def answered(parsed: dict[str, Any], status: int = 200) -> tuple[AWSResponse, dict[str, Any]]:
    """Return what a handler of botocore's `before-call` returns in the place of AWS.

    It has what is in every answer, as somebody may want to log the id of a request.
    """
    answer = {
        **parsed,
        "ResponseMetadata": {
            "RequestId": str(uuid.uuid4()),
            "HTTPStatusCode": status,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        },
    }
    if "Error" in parsed:
        answer["Error"] = {"Message": "as this check wants it", **parsed["Error"]}
    return AWSResponse("https://secretsmanager.invalid", status, HTTPHeaders(), None), answer


def error_of(call: Callable[..., object], *args: Any, **kwargs: Any) -> Exception | None:
    """Return what *call* raises, or None. What is not written yet passes through, as a todo."""
    try:
        call(*args, **kwargs)
    except NotImplementedError:
        raise
    except Exception as error:
        return error
    return None


def told(value: object) -> str:
    """Return a value in words that quote nothing of it."""
    if value is None or isinstance(value, (bool, type)):
        return str(value)
    if isinstance(value, BaseException):
        name, about = type(value).__name__, subject(value)
        return name if about in (None, name) else f"{name} ({about})"
    if isinstance(value, (str, bytes, list, dict, tuple, set, frozenset)):
        return f"{_a(value)} of length {len(value)}"
    return _a(value)


def subject(error: BaseException) -> str | None:
    """Return what an error is about, where that is a name: AWS's code, or a call's parameters."""
    if isinstance(error, ParamValidationError):
        return ", ".join(dict.fromkeys(map("".join, PARAMETER.findall(str(error))))) or None
    return error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None


def _a(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def leak_in(
    error: BaseException,
    values: Iterable[str],
    *,
    frames: bool = True,
    piece: int | None = None,
) -> str | None:
    """Return in words which part of an error holds one of the values, None if none does.

    *frames* are the local variables of the functions that it passed through. Whoever was given
    the values has them there, and cannot help it. With *piece*, so many characters of a value, in
    a row, are found like the value: hand in values of which nothing else has a piece.
    """
    values, chain = list(_pieces(values, piece)), linked(error)
    for each, part in chain:
        said = str(each) + repr(each.args) + repr(vars(each)) + repr(getattr(each, "doc", ""))
        if any(value in said for value in values):
            return part
    for each, _ in chain if frames else []:
        passed = traceback.walk_tb(each.__traceback__)
        for frame in traceback.StackSummary.extract(passed, capture_locals=True):
            if any(value in repr(frame.locals) for value in values):
                return f"a local variable of {frame.name}()"
    return None


def _pieces(values: Iterable[str], length: int | None) -> Iterator[str]:
    """Yield the pieces of this length that the values consist of; without one, the values."""
    for value in values:
        size = min(length or len(value), len(value))
        for start in range(len(value) - size + 1):
            yield value[start : start + size]


def linked(error: BaseException) -> list[tuple[BaseException, str]]:
    """Return an error with all its causes and contexts, each with what it is to the error."""
    chain = [(error, "its text or attributes")]
    for each, _ in chain:  # Which grows meanwhile.
        known = {id(link) for link, _ in chain}
        hidden = each.__suppress_context__ and each.__cause__ is None
        context = "its context, which `from None` only hides" if hidden else "its context"
        for link, part in ((each.__cause__, "its cause"), (each.__context__, context)):
            if link is not None and id(link) not in known:
                known.add(id(link))
                chain.append((link, part))
    return chain


def together(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Return what the calls return, each made in a thread of its own, all at once.

    Raises what the first of them raised; fails the check where one does not come back.
    """
    calls = list(calls)
    pool = ThreadPoolExecutor(len(calls))
    try:
        return [future.result(THREAD_SECONDS) for future in [pool.submit(call) for call in calls]]
    except TimeoutError:
        pytest.fail(f"threads were still waiting after {THREAD_SECONDS} seconds", pytrace=False)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
