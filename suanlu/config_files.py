"""The files that a configuration names: found beside it, wherever Suanlu was started, and readable.

Every key of every section that ends in `_file` or `_files` names files that are read; `inventory` and
`data` are paths, too. So a room that adds such a key has nothing to do here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

_READ = ("_file", "_files")
_PATHS = ("inventory", "data")


def resolved(value: Any, folder: Path, key: str = "") -> Any:
    """The table with `folder` put before every relative path in it; other values as they are."""
    if isinstance(value, dict):
        return {name: resolved(inner, folder, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, folder, key) for inner in value]
    if isinstance(value, str) and (key in _PATHS or key.endswith(_READ)):
        return str(folder / value)
    return value


def named_files(value: Any, key: str = "", place: str = "") -> Iterator[tuple[str, Path]]:
    """Dotted key and path of every file that is read (`inventory` apart), out of plain dicts and lists."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from named_files(inner, name, f"{place}.{name}" if place else name)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from named_files(inner, key, f"{place}[{number}]")
    elif isinstance(value, str) and key.endswith(_READ):
        yield place, Path(value)


def certificates_of(settings: Any) -> dict[str, Path]:
    """The files of certificates that a configuration names, by dotted key."""
    named = named_files(msgspec.to_builtins(settings))
    return {key: path for key, path in named if key.endswith(("ca_file", "certificate_file"))}


def why_unreadable(path: Path) -> str:
    """What is wrong with a file and what mends it; "" where it can be read."""
    try:
        with path.open("rb"):
            return ""
    except FileNotFoundError:
        remedy = "make it, or correct the path; a relative one starts at the folder of the configuration"
        return f"there is no file {path}: {remedy}"
    except IsADirectoryError:
        return f"{path} is a directory: name the file in it"
    except PermissionError:
        return f"{path} may not be read: allow it to the user that runs Suanlu"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}): mend it, or name another file"
