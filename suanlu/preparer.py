"""The preparer: makes what guides searches anew, in a thread, where new weights have outdated it.

Until it is done the engine answers without: the same answers, each some microseconds later.
"""

import asyncio

from suanlu.published import Published


class Preparer:
    """views -> landmarks for the newest of them."""

    def __init__(self, published: Published) -> None:
        self._published = published

    async def run(self) -> None:
        """Prepare until cancelled; views that come meanwhile take over what was made for an earlier one."""
        while True:
            await self._published.swapped.wait()
            self._published.swapped.clear()
            engine = self._published.view.engine
            if not engine.is_prepared:
                await asyncio.to_thread(engine.prepare)
