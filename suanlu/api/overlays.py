"""The `overlay` of a request → a view whose engine answers as if it were so."""

import dataclasses

from msgspec import UNSET, structs

import pathcalc
from pathcalc.errors import PathError
from suanlu.api.path_problems import problem_of
from suanlu.api.problems import Problem
from suanlu.api.requests import LinkValues, Overlay
from suanlu.published import View
from topology.errors import UnknownNode


def overlaid(view: View, overlay: Overlay) -> View:
    """The view as if the overlay were so, under the same stamp; raises Problem."""
    values: dict[str, dict[str, int | None]] = {}
    for i, item in enumerate(overlay.set):
        if item.link in values:
            detail = f"{item.link!r} is set twice: put its values together"
            raise Problem("invalid-request", detail, pointer=f"/overlay/set/{i}/link")
        values[item.link] = _values(item)
    try:
        engine = view.engine.with_overlay(pathcalc.Overlay(down=overlay.down, set=values))
    except UnknownNode as error:
        pointer = _pointer(overlay, error.name)
        raise Problem("unknown-endpoint", str(error), pointer=pointer, near=error.near) from error
    except PathError as error:
        raise problem_of(error) from error
    return dataclasses.replace(view, snapshot=engine.snapshot, engine=engine)


def _values(item: LinkValues) -> dict[str, int | None]:
    given = structs.asdict(item)
    return {name: value for name, value in given.items() if name != "link" and value is not UNSET}


def _pointer(overlay: Overlay, name: str) -> str:
    if name in overlay.down:
        return f"/overlay/down/{overlay.down.index(name)}"
    return next(f"/overlay/set/{i}/link" for i, item in enumerate(overlay.set) if item.link == name)
