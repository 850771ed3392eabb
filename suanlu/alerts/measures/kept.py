"""What was usual, across restarts: the slots of every past, in one file beside the others.

Without it a restart would be blind to light that falls for hours, until enough slots are over again.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import structlog

from suanlu.alerts.measures.past import Past
from suanlu.alerts.rules.rule import NS_PER_S

PERIOD_S = 600.0
MOST_AGE_NS = 7 * 86_400 * NS_PER_S
log = structlog.get_logger(__name__)


class KeptPast:
    """The file: `links`, when it was `saved_ns`, and the slots of each past, f4[slots, links].

    What cannot be read is begun anew; what cannot be written is written ten minutes later.
    """

    def __init__(self, path: Path, *, now_ns: Callable[[], int]) -> None:
        self._path = path
        self._now_ns = now_ns
        self._links: tuple[str, ...] = ()
        self._pasts: Mapping[str, Past] = {}

    def attach(self, links: tuple[str, ...], pasts: Mapping[str, Past]) -> None:
        """Give the pasts of these links back what was kept of them; from now on they are kept."""
        self._links, self._pasts = links, pasts
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                if self._now_ns() - int(kept["saved_ns"]) > MOST_AGE_NS:
                    return
                column = {link: i for i, link in enumerate(kept["links"].tolist())}
                known = [i for i, link in enumerate(links) if link in column]
                source = [column[links[i]] for i in known]
                for name, past in pasts.items():
                    past.restore(np.array(known, np.int64), kept[name][:, source])
        except FileNotFoundError:
            return
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            log.warning("past_not_read", file=str(self._path), error=str(error))

    async def run(self) -> None:
        """Keep them every ten minutes until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(PERIOD_S)
                await asyncio.to_thread(self._write, self._state())
        finally:
            self.write()

    def write(self) -> None:
        """Keep them now."""
        self._write(self._state())

    def _state(self) -> dict[str, np.ndarray]:
        slots = {name: past.slots() for name, past in self._pasts.items()}
        return {"links": np.array(self._links), "saved_ns": np.array(self._now_ns()), **slots}

    def _write(self, state: dict[str, np.ndarray]) -> None:
        if not self._links:
            return
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                np.savez(file, allow_pickle=False, **state)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("past_not_kept", file=str(self._path), error=str(error))
