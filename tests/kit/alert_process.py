"""A process to be killed: it alerts and delivers until then. `python -m tests.kit.alert_process DIR URL N`.

It puts N circuit alerts into DIR's outbox, as many as are not there yet, printing `put <alert id>` for
each once it is on disk, and sends what the outbox holds to URL with the secret in DIR.
"""

import asyncio
import sys
from pathlib import Path
from random import Random
from time import time_ns

from suanlu.alerts import AlertSettings, Outbox, ReceiverSettings, Sender
from suanlu.alerts.alert import Alert, Record, Subject
from tests.kit.wait import eventually


async def main(directory: Path, url: str, count: int) -> None:
    """Run until killed."""
    receiver = ReceiverSettings(
        name="noc", url=url, secret_file=str(directory / "secret"), allow_cidrs=("127.0.0.0/8",)
    )
    settings = AlertSettings(receivers=(receiver,), retry_base_s=0.02, retry_cap_s=0.1)
    outbox = Outbox(directory / "outbox.sqlite", settings, now_ns=time_ns)
    sender = Sender(settings, outbox, now_ns=time_ns, random=Random(7))
    print("ready", len(outbox.records), flush=True)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(outbox.run())
        tasks.create_task(sender.run())
        for number in range(len(outbox.records), count):
            record = made_up_record(f"circuit-{number}")
            outbox.put(record, {"noc": f'{{"alert": "{record.alert.id}"}}'.encode()})
            for _ in range(2):  # the commit that ends next may have begun before: the second one has it
                committed = outbox.statistics().commits
                await eventually(lambda before=committed: outbox.statistics().commits > before)
                outbox.keep(record)
            print("put", record.alert.id, flush=True)


def made_up_record(circuit: str) -> Record:
    """The record of a circuit alert that has just fired."""
    alert = Alert(
        id=f"a-{circuit}",
        rule="circuit_down",
        severity="warning",
        state="firing",
        subject=Subject(kind="circuit", id=circuit),
        summary=f"{circuit} is down",
        cause="both directions are down",
        since="2026-01-01T00:00:00.000Z",
    )
    return Record(alert=alert, since_ns=0, covers=frozenset({f"{circuit}:az"}), revision=1)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
