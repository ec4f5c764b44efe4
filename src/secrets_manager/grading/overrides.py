"""Solutions told by what they do otherwise: a few definitions that replace those of a whole file.

A mistake is written against the solution, a variant against the stub. The later definition of a
name wins, as everywhere in Python; `class SecretCache(SecretCache)` replaces single methods.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def compose(base: Path, override: Path) -> str:
    """Return the text of *base* with the definitions of *override* after its own."""
    return f"{base.read_text()}\n\n{override.read_text()}"


def docstring(path: Path) -> str:
    """Return what a file says of itself, or nothing."""
    return ast.get_docstring(ast.parse(path.read_text())) or ""


def functions(path: Path) -> set[str]:
    """Return the functions of a file, and the methods of its classes, by qualified name."""
    return {*_functions(ast.parse(path.read_text()))}


def overridden(known: set[str], override: Path) -> set[str] | None:
    """Return which *known* functions an override replaces; None where it replaces more than these.

    A check that calls none of them cannot tell the two files apart.
    """
    replaced: set[str] = set()
    for node in ast.parse(override.read_text()).body:
        if isinstance(node, (ast.Expr, ast.Import, ast.ImportFrom)):
            continue
        names = {*_functions(ast.Module([node], []))}
        if isinstance(node, ast.ClassDef) and (len(names) < len(node.body) or not _extends(node)):
            return None  # It changes more than methods, which no call shows.
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return None
        replaced |= names
    changed = replaced & known
    methods = {name.rpartition(".")[0] for name in replaced - known} - {""}
    classes = {name.rpartition(".")[0] for name in known}
    return None if methods & classes or not changed else changed


def _extends(node: ast.ClassDef) -> bool:
    """Return whether a class is the one before it of that name, with other methods."""
    return [ast.unparse(base) for base in node.bases] == [node.name] and not (
        node.decorator_list or node.keywords
    )


def _functions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for name in _functions(ast.Module(node.body, [])))
