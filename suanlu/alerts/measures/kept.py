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
    """The file: when it was `saved_ns`, and of each past x the slots `x`, f4[slots, subjects], its
    `x.subjects`, and `x.slot_ns`, how long a slot is: slots of another length are begun anew, too.

    What cannot be read is begun anew; what cannot be written is written ten minutes later.
    """

    def __init__(self, path: Path, *, now_ns: Callable[[], int]) -> None:
        self._path = path
        self._now_ns = now_ns
        self._pasts: Mapping[str, Past] = {}

    def attach(self, pasts: Mapping[str, Past]) -> None:
        """Give these pasts back what was kept of them; from now on they are kept."""
        self._pasts = pasts
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                if self._now_ns() - int(kept["saved_ns"]) > MOST_AGE_NS:
                    return
                for name, past in pasts.items():
                    if int(kept[f"{name}.slot_ns"]) == past.slot_ns:
                        past.restore(kept[f"{name}.subjects"].tolist(), kept[name])
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
        state = {"saved_ns": np.array(self._now_ns())}
        for name, past in self._pasts.items():
            state |= {
                name: past.slots(),
                f"{name}.subjects": np.array(past.subjects),
                f"{name}.slot_ns": np.array(past.slot_ns),
            }
        return state

    def _write(self, state: dict[str, np.ndarray]) -> None:
        if not self._pasts:
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
