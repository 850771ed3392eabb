"""topology/errors.py draws the hierarchy of all errors; the drawing is what there is."""

import importlib
import pkgutil
import re

import collector
import pathcalc
import suanlu
import topology
from topology import errors
from topology.errors import SuanluError

_LINE = re.compile(
    r"(?P<bars>(?:[│ ]   )*)[├└]── (?P<name>\w+)(?:\s+\((?P<where>[\w.]+)\))?(?:\s+also (?P<also>\w+))?"
)


def drawn() -> dict[str, tuple[str, str, str]]:
    """Name → (name of its parent, module, builtin that it is, too), out of the docstring."""
    found: dict[str, tuple[str, str, str]] = {}
    above = ["SuanluError"]
    for line in (errors.__doc__ or "").splitlines():
        if match := _LINE.match(line.removeprefix("    ")):
            depth = len(match["bars"]) // 4
            above[depth + 1 :] = [match["name"]]
            found[match["name"]] = (above[depth], match["where"] or "", match["also"] or "")
    return found


def real() -> dict[str, tuple[str, str, str]]:
    """As `drawn`, out of the classes of every module."""
    for package in (collector, pathcalc, suanlu, topology):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = {}
    waiting = [SuanluError]
    while waiting:
        parent = waiting.pop()
        for kind in parent.__subclasses__():
            if kind.__module__.startswith("tests."):
                continue
            own = [base.__name__ for base in kind.__bases__ if base.__module__ == "builtins"]
            found[kind.__name__] = (parent.__name__, kind.__module__, own[0] if own else "")
            waiting.append(kind)
    return found


def test_hierarchy_is_drawn_whole() -> None:
    assert drawn() == real()
