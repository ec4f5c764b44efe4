"""What `import secrets_manager` offers is what it says it offers."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import secrets_manager

DOCUMENTED = [name for name in secrets_manager.__all__ if callable(getattr(secrets_manager, name))]


def test_every_name_that_the_package_binds_is_public_and_no_other() -> None:
    bound = {
        name
        for name, value in vars(secrets_manager).items()
        if not (name.startswith("_") or isinstance(value, ModuleType))
    }

    assert sorted(bound) == secrets_manager.__all__


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_public_name_has_a_docstring_of_its_own(name: str) -> None:
    public = getattr(secrets_manager, name)

    assert vars(public)["__doc__"] if inspect.isclass(public) else public.__doc__


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_public_method_has_a_docstring(name: str) -> None:
    public = getattr(secrets_manager, name)

    methods = vars(public).items() if inspect.isclass(public) else ()

    for method, function in methods:
        inherited_contract = function is vars(public).get("__setitem__")  # A refused dict method.
        if inspect.isfunction(function) and not method.startswith("_") and not inherited_contract:
            assert function.__doc__, f"{name}.{method}"
