"""A secret value is still a dict; it cannot be changed, and it does not print what it holds."""

from __future__ import annotations

import collections.abc
import copy
import json
import logging
import operator
import pickle
import pprint
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_manager import SecretDict, SecretList
from secrets_manager.values import read_only

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "correct-horse-battery-staple"
PLAIN: dict[str, Any] = {"password": CANARY, "replicas": [CANARY, {"token": CANARY}], "port": 5432}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def changing_methods(kind: type, changing: type, reading: type) -> list[str]:
    """Return the methods of *kind* that collections.abc calls changing, and its `+=` and the like.

    Asked of Python and not listed, so that a method of a later Python cannot be forgotten.
    """
    in_place = {"__iadd__", "__imul__", "__ior__", "sort"}
    return sorted(set(dir(kind)) & (set(dir(changing)) - set(dir(reading)) | in_place))


def pickled(secret: SecretDict) -> Any:
    return pickle.loads(pickle.dumps(secret))  # noqa: S301 - Its own.


@pytest.fixture
def secret() -> SecretDict:
    return SecretDict(read_only(PLAIN))


def test_a_secret_is_a_dict_and_its_arrays_are_lists(secret: SecretDict) -> None:
    assert isinstance(secret, dict)
    assert isinstance(secret["replicas"], list)
    assert isinstance(secret["replicas"][1], dict)


def test_a_secret_equals_the_dict_it_was_made_of(secret: SecretDict) -> None:
    equal = secret == PLAIN

    assert equal  # Apart from the comparison, which pytest would print.


@given(JSON)
def test_a_secret_is_written_as_the_json_it_was_read_from(value: Any) -> None:
    assert json.dumps(read_only(value), indent=1) == json.dumps(value, indent=1)


def test_a_secret_is_written_in_sorted_order_when_asked(secret: SecretDict) -> None:
    assert json.dumps(secret, sort_keys=True) == json.dumps(PLAIN, sort_keys=True)


def test_a_secret_can_be_passed_as_keyword_arguments(secret: SecretDict) -> None:
    def connect(**settings: object) -> dict[str, object]:
        return settings

    assert connect(**secret) == PLAIN


def test_a_secret_fills_a_format_string_by_key(secret: SecretDict) -> None:
    assert "%(port)s" % secret == "5432"  # noqa: UP031 - Old code still does.
    assert "{port}".format_map(secret) == "5432"


def test_a_secret_lists_the_same_items_and_values_as_a_dict(secret: SecretDict) -> None:
    assert list(secret.items()) == list(PLAIN.items())
    assert list(secret.values()) == list(PLAIN.values())
    assert len(secret.items()) == len(secret.values()) == len(PLAIN)
    assert ("port", 5432) in secret.items()
    assert 5432 in secret.values()


@pytest.mark.parametrize(
    "method",
    changing_methods(dict, collections.abc.MutableMapping, collections.abc.Mapping),
)
def test_no_method_of_dict_changes_a_secret(secret: SecretDict, method: str) -> None:
    with pytest.raises(TypeError, match="SecretDict is read-only"):
        getattr(secret, method)("password", "other")

    assert secret == PLAIN


@pytest.mark.parametrize(
    "method",
    changing_methods(list, collections.abc.MutableSequence, collections.abc.Sequence),
)
def test_no_method_of_list_changes_an_array_in_a_secret(secret: SecretDict, method: str) -> None:
    with pytest.raises(TypeError, match="SecretList is read-only"):
        getattr(secret["replicas"], method)(0, "other")

    assert secret == PLAIN


@pytest.mark.parametrize(
    "statement",
    [
        "secret['password'] = 'other'",
        "secret['new'] = 'other'",
        "secret |= {'password': 'other'}",
        "del secret['password']",
        "secret['replicas'] += ['other']",
        "secret['replicas'] *= 2",
        "secret['replicas'][0] = 'other'",
        "secret['replicas'][:] = []",
        "secret['replicas'][1]['token'] = 'other'",
        "del secret['replicas'][0]",
        "del secret['replicas'][:]",
        "secret.update(password='other')",
        "secret.pop('password')",
        "secret['replicas'].sort(key=str)",
    ],
)
def test_no_statement_changes_a_secret(secret: SecretDict, statement: str) -> None:
    names = {"secret": secret}

    with pytest.raises(TypeError, match="is read-only"):
        exec(statement, names)  # noqa: S102 - Each is a line that a caller may write.

    assert names["secret"] is secret
    assert secret == PLAIN


@pytest.mark.parametrize("of", [SecretDict(), SecretList()], ids=["dict", "list"])
def test_no_attribute_can_be_set_on_a_secret(of: object) -> None:
    with pytest.raises(AttributeError):
        of.password = "other"  # type: ignore[attr-defined]


def test_the_refusal_says_how_to_change_a_copy(secret: SecretDict) -> None:
    with pytest.raises(TypeError, match=r"copy\.deepcopy"):
        secret.clear()


def printed(what: object) -> list[str]:
    """Return every way to print it by accident."""
    record = logging.LogRecord("app", logging.INFO, "app.py", 1, "read %s", (what,), None)
    return [
        str(what),
        repr(what),
        format(what),
        f"{what!r:>99}",
        ascii(what),
        "%s %r" % (what, what),  # noqa: UP031 - Old code still prints like this.
        pprint.pformat(what),
        pprint.pformat([{"inside": what}]),
        record.getMessage(),
        str([what]),
        str({"inside": (what,)}),
        str(KeyError(what)),
    ]


@pytest.mark.parametrize(
    "part",
    [
        lambda secret: secret,
        lambda secret: secret.items(),
        lambda secret: secret.values(),
        lambda secret: secret.keys(),
        operator.itemgetter("replicas"),
        lambda secret: secret["replicas"][1:],
        lambda secret: {"database": secret} | {},
    ],
    ids=["secret", "items", "values", "keys", "array", "object in a slice", "in a dict"],
)
def test_no_print_of_a_secret_shows_a_value(
    secret: SecretDict, part: Callable[[SecretDict], object]
) -> None:
    texts = printed(part(secret))

    assert not [number for number, text in enumerate(texts) if CANARY in text or "5432" in text]


def test_a_printed_secret_shows_its_keys(secret: SecretDict) -> None:
    assert repr(secret) == "SecretDict(password=…, replicas=…, port=…)"


def test_a_printed_array_shows_how_much_it_hides(secret: SecretDict) -> None:
    assert repr(secret["replicas"]) == "SecretList(2 hidden)"


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        dict,
        dict.copy,
        lambda secret: secret | {},
        lambda secret: {**secret},
        pickled,
        lambda secret: json.loads(json.dumps(secret)),
    ],
    ids=["copy", "deepcopy", "dict()", ".copy()", "|", "**", "pickle", "json"],
)
def test_a_copy_is_a_plain_dict_that_its_owner_may_change(
    secret: SecretDict, duplicate: Callable[[SecretDict], dict[str, Any]]
) -> None:
    mine = duplicate(secret)

    mine["password"] = "other"

    assert type(mine) is dict
    assert secret == PLAIN


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, pickled],
    ids=["deepcopy", "pickle"],
)
def test_a_deep_copy_is_plain_all_the_way_down(
    secret: SecretDict, duplicate: Callable[[SecretDict], dict[str, Any]]
) -> None:
    mine = duplicate(secret)

    mine["replicas"].append("other")
    mine["replicas"][1]["token"] = "other"

    assert type(mine["replicas"]) is list
    assert type(mine["replicas"][1]) is dict
    assert secret == PLAIN


def test_a_copied_array_is_a_plain_list(secret: SecretDict) -> None:
    mine = copy.copy(secret["replicas"])

    mine.append("other")

    assert type(mine) is list
    assert secret == PLAIN


@given(JSON)
def test_no_object_or_array_stays_changeable_however_deep(value: Any) -> None:
    def kinds(part: Any) -> set[type]:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        return {type(part)}.union(*map(kinds, inner))

    assert not kinds(read_only(value)) & {dict, list}


def test_what_a_secret_was_made_of_does_not_change_it() -> None:
    parsed = json.loads(json.dumps(PLAIN))
    secret = read_only(parsed)

    parsed["replicas"][1]["token"] = "other"

    assert secret == PLAIN
