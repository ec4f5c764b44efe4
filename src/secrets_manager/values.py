"""A secret value that can be shared: read-only, and silent about what it holds."""

from __future__ import annotations

from collections.abc import ItemsView, ValuesView
from typing import Any, NoReturn


def read_only(value: Any) -> Any:
    """Return parsed JSON as it was, its objects and arrays read-only all the way down."""
    if isinstance(value, dict):
        return SecretDict({key: read_only(item) for key, item in value.items()})
    if isinstance(value, list):
        return SecretList(map(read_only, value))
    return value


def _refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
    """Stand in for every method that would change a shared value."""
    message = f"{type(self).__name__} is read-only: change a copy.deepcopy() of it"
    raise TypeError(message)


class SecretDict(dict[str, Any]):
    """A dict that callers can share: it cannot be changed, and `repr` shows its keys alone.

    Its copies are plain dicts for their owner to change, and print what they hold: `dict(value)`,
    `value.copy()`, `value | {}`; `copy.deepcopy(value)` is one that is plain all the way down.
    """

    __slots__ = ()  # No attribute can be set on it either.
    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __repr__(self) -> str:
        return f"SecretDict({', '.join(f'{key}=…' for key in self)})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return dict, (dict(self),)

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        """Return a view of the values whose own `repr` does not print them, as dict's does."""
        return ValuesView(self)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        """Return a view of keys and values whose own `repr` does not print them."""
        return ItemsView(self)


class SecretList(list[Any]):
    """A JSON array inside a SecretDict, as read-only as that; `repr` shows its length alone."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = _refuse
    pop = remove = reverse = sort = _refuse

    def __repr__(self) -> str:
        return f"SecretList({len(self)} hidden)"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return list, (list(self),)
