"""Which Suanlu this is."""

import importlib.metadata


def version() -> str:
    """The version of the installed package; `0` in a checkout that is not installed."""
    try:
        return importlib.metadata.version("suanlu")
    except importlib.metadata.PackageNotFoundError:
        return "0"
