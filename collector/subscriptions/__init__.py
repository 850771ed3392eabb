"""What is asked of each platform: the files beside this one, and an operator's own."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from collector.gnmi.path import parse
from topology.errors import SuanluError

StreamName = Literal["state", "sampled"]
STREAMS: tuple[StreamName, ...] = ("state", "sampled")


class SubscriptionError(SuanluError, ValueError):
    """A subscription file says something else than it should."""


class SubscriptionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: one purpose. `paths` by platform; `default` is for platforms without a list of their own."""

    purpose: str
    stream: StreamName
    mode: Literal["sample", "on_change"]
    interval_s: Annotated[float, msgspec.Meta(gt=0)] | None = None
    paths: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Subscription:
    """One path as we would like to have it; `interval_s` None: as the settings say."""

    purpose: str
    path: str
    stream: StreamName
    mode: Literal["sample", "on_change"]
    interval_s: float | None


@cache
def _built_in() -> tuple[SubscriptionFile, ...]:
    found = sorted((entry for entry in files(__name__).iterdir() if entry.name.endswith(".toml")), key=str)
    return tuple(_read(entry.read_text(encoding="utf-8"), entry.name) for entry in found)


def load(more: Iterable[str] = ()) -> tuple[SubscriptionFile, ...]:
    """Return the built-in files and these; one with the purpose of another replaces it.

    Raises SubscriptionError that names the file and the key.
    """
    chosen = {file.purpose: file for file in _built_in()}
    for name in more:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise SubscriptionError(
                f"the subscription file {name} cannot be read: {error.strerror}"
            ) from error
        file = _read(text, name)
        chosen[file.purpose] = file
    return tuple(chosen.values())


def subscriptions(profile: str, from_files: Sequence[SubscriptionFile]) -> tuple[Subscription, ...]:
    """Return what to ask a router of this platform."""
    return tuple(
        Subscription(file.purpose, path, file.stream, file.mode, file.interval_s)
        for file in from_files
        for path in file.paths.get(profile, file.paths.get("default", ()))
    )


def _read(text: str, name: str) -> SubscriptionFile:
    try:
        file = msgspec.convert(tomllib.loads(text), SubscriptionFile)
        for paths in file.paths.values():
            for path in paths:
                parse(path)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise SubscriptionError(f"{name}: {error}") from error
    return file
