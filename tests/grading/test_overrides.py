"""Overrides: what they replace, and what is known of that beforehand."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.overrides import compose, docstring, functions, overridden

if TYPE_CHECKING:
    from pathlib import Path

BASE = '''
"""A base."""

LIMIT = 1


class Cache:
    def get(self): return self.age()
    def age(self): return 1


def read(): return LIMIT
'''


@pytest.fixture
def base(tmp_path: Path) -> Path:
    file = tmp_path / "base.py"
    file.write_text(BASE)
    return file


def override(base: Path, text: str) -> Path:
    file = base.with_name("override.py")
    file.write_text(text)
    return file


def test_the_later_definition_wins_and_methods_are_replaced_one_by_one(base: Path) -> None:
    text = "class Cache(Cache):\n    def age(self): return 2\n\ndef read(): return 3"
    composed = base.with_name("composed.py")

    composed.write_text(compose(base, override(base, text)))

    names = runpy.run_path(str(composed))
    assert (names["Cache"]().get(), names["read"]()) == (2, 3)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("def read(): return 2", {"read"}),
        ('"""Says why."""\nimport json\ndef read(): return 2\ndef helper(): pass', {"read"}),
        ("class Cache(Cache):\n    def age(self): return 2", {"Cache.age"}),
        ("LIMIT = 2", None),
        ("class Cache(Cache):\n    limit = 2", None),
        ("class Cache(Cache):\n    def __eq__(self, other): return True", None),
        ("class Cache:\n    def age(self): return 2", None),
        ("@repr\nclass Cache(Cache):\n    def age(self): return 2", None),
        ("def helper(): pass", None),
    ],
)
def test_what_is_replaced_is_known_or_known_to_be_more(
    base: Path, text: str, wanted: set[str] | None
) -> None:
    assert overridden(functions(base), override(base, text)) == wanted


def test_a_file_says_what_it_is(base: Path) -> None:
    assert docstring(override(base, '"""A misconception."""')) == "A misconception."
