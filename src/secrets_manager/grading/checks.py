"""The words that checks are written with.

A check is a pytest test of one behaviour. Its docstring says what is wanted and why; the
sentence handed to `expect` says what happened instead. Neither may hold a secret value.
"""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

THREAD_SECONDS = 4  # How long checks wait for a learner's threads before they say so.


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

    A subclass of dict or list counts as what it is a kind of: read-only values are welcome.
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
    return type(value) is type(wanted) and bool(value == wanted)


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
        code = (getattr(value, "response", None) or {}).get("Error", {}).get("Code")
        return f"{type(value).__name__} ({code})" if code else type(value).__name__
    if isinstance(value, (str, bytes, list, dict, tuple, set, frozenset)):
        return f"{_a(value)} of length {len(value)}"
    return _a(value)


def _a(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def leaks(error: BaseException, values: Iterable[str]) -> bool:
    """Return whether an error holds one of the values: in its text, its causes or its frames."""
    seen = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    chain: list[BaseException | None] = [error]
    while (last := chain[-1]) is not None and len(chain) < 20:
        seen += repr(last) + repr(vars(last)) + repr(getattr(last, "doc", ""))
        chain.append(last.__cause__ or last.__context__)
    return any(value in seen for value in values)


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
