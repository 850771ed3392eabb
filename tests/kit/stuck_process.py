"""A Suanlu with a part that does not end. `python -m tests.kit.stuck_process CONFIG swallow|block|thread`.

`swallow`: the part ignores its cancellation; `block`: it holds the event loop from the first signal on;
`thread`: it ends and leaves a thread behind.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from suanlu.app import App, Part
from suanlu.config import load, load_inventory
from suanlu.serving import Ending, until_signal

LONG_S = 60


class Stuck(App):
    """An app with one part more."""

    how = ""

    def parts(self) -> Iterator[Part]:
        """The app's own, and the stuck one."""
        yield from super().parts()
        yield Part("the stuck part", self._stuck)

    async def _stuck(self) -> None:
        if self.how == "thread":
            threading.Thread(target=time.sleep, args=(LONG_S,), name="stuck-thread").start()
        while True:
            try:
                await asyncio.sleep(LONG_S)
            except asyncio.CancelledError:
                if self.how == "thread":
                    raise
                if self.how == "block":
                    time.sleep(LONG_S)  # noqa: ASYNC251 -- what no part may do


async def main(ending: Ending) -> None:
    """Run until the last deadline."""
    settings = load(Path(sys.argv[1]))
    app = Stuck(settings, load_inventory(settings), now_ns=time.time_ns)
    app.how = sys.argv[2]
    ending.unended = app.unended
    await app.run(stop=ending.stop, started=lambda url: print(url, flush=True))


if __name__ == "__main__":
    until_signal(main)
