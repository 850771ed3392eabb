"""A small backbone whose links and routers fail at a word, and an outbox that only remembers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from suanlu.alerts import Alert, AlertManager, AlertSettings, ReceiverSettings, Silence, Silences
from suanlu.alerts.alert import Record
from suanlu.alerts.delivery.telling import Keeper
from suanlu.effects import Effects
from topology.event import Event
from topology.given import from_networkx
from topology.inventory import Circuit, Inventory, Router, Site, Srlg
from topology.observation import TargetPhase
from topology.publication import Publication
from topology.status import RouterStatus

MS = 1_000_000
START_NS = 1_790_000_000_000_000_000

CIRCUITS = {
    # circuit: A-end, Z-end, SRLGs
    "a-b-1": ("a-r1", "b-r1", ("duct:north",)),
    "a-b-2": ("a-r1", "b-r1", ("duct:north", "duct:yard")),
    "a-c-1": ("a-r1", "c-r1", ("duct:north",)),
    "b-c-1": ("b-r1", "c-r1", ("duct:south",)),
    "c-d-1": ("c-r1", "d-r1", ("duct:east",)),
    "c-d-2": ("c-r1", "d-r1", ("duct:east",)),
    "b-c-2": ("b-r1", "c-r1", ("duct:east",)),
}


def small_inventory() -> Inventory:
    """Four sites a, b, c, d with a router each; d hangs on c by two circuits in one duct."""
    sites = sorted({name[0] for a, z, _ in CIRCUITS.values() for name in (a, z)})
    srlgs = sorted({srlg for _, _, srlgs in CIRCUITS.values() for srlg in srlgs})
    return Inventory(
        name="small",
        sites=tuple(Site(id=s, name_en=s.upper(), name_zh="站", lat=30, lon=110) for s in sites),
        routers=tuple(Router(id=f"{s}-r1", site=s, platform="arista-eos") for s in sites),
        srlgs=tuple(Srlg(id=srlg, value=i + 1, kind="duct") for i, srlg in enumerate(srlgs)),
        circuits=tuple(
            Circuit(
                id=name,
                a=a,
                a_interface=f"eth-{name}",
                z=z,
                z_interface=f"eth-{name}",
                capacity_bps=10**11,
                srlgs=srlgs,
            )
            for name, (a, z, srlgs) in CIRCUITS.items()
        ),
    )


@dataclass
class Remembered:
    """An outbox without a disk; `rest` are the records that a restart would find."""

    records: tuple[Record, ...] = ()
    silences: tuple[Silence, ...] = ()
    put_records: list[Record] = field(default_factory=list)
    bodies: list[Mapping[str, bytes]] = field(default_factory=list)
    memory: dict[str, bytes] = field(default_factory=dict)

    def remember(self, name: str, value: bytes) -> None:
        """Remember."""
        self.memory[name] = value

    def put(self, record: Record, bodies: Mapping[str, bytes]) -> None:
        """Remember."""
        self.put_records.append(record)
        self.bodies.append(bodies)

    def keep(self, record: Record) -> None:
        """Remember; nobody is told."""
        self.put(record, {})

    def keep_silence(self, silence: Silence) -> None:
        """Remember."""
        self.silences = (*(one for one in self.silences if one.id != silence.id), silence)

    def forget_silence(self, id: str) -> None:  # noqa: A002
        """Remember no more."""
        self.silences = tuple(one for one in self.silences if one.id != id)

    def kept(self) -> tuple[Record, ...]:
        """The newest record of each alert, oldest first."""
        newest = {record.alert.id: record for record in (*self.records, *self.put_records)}
        return tuple(newest.values())


class World:
    """A backbone with its alert manager and a clock that moves by hand."""

    def __init__(
        self,
        inventory: Inventory,
        *,
        at_first: str = "up",
        effects_of: Callable[[Collection[str]], Effects | None] = lambda _links: None,
        maintained_by: Callable[[Alert], str | None] = lambda _alert: None,
        **settings: int,
    ) -> None:
        self.inventory = inventory
        self._effects_of = effects_of
        self._maintained_by = maintained_by
        receiver = ReceiverSettings(name="noc", url="https://noc.example/hook", secret_file="")
        self.settings = AlertSettings(receivers=(receiver,), **settings)
        self.now_ns = START_NS
        self.version = 0
        self.states: dict[str, str] = dict.fromkeys(self._link_ids(), at_first)
        self.routers: dict[str, TargetPhase] = {router.id: "synced" for router in inventory.routers}
        self.outbox: Any = Remembered()
        self.events: list[Event] = []
        self.manager = self._manager()
        self._tell_phases()
        self.publish()

    def _manager(self) -> AlertManager:
        self.silences = Silences(self.outbox, now_ns=lambda: self.now_ns)
        return AlertManager(
            self.inventory,
            self.settings,
            self.outbox,
            self.silences,
            now_ns=lambda: self.now_ns,
            effects_of=self._effects_of,
            maintained_by=self._maintained_by,
        )

    def use(self, outbox: Keeper) -> None:
        """Begin anew with another outbox."""
        self.outbox = outbox
        self.manager = self._manager()
        self._tell_phases()
        self.publish()

    def restart(self, *, outage_ms: int = 0, state: str = "unconfirmed") -> None:
        """A new process: only what the outbox keeps is known, and every link is `state` at first."""
        self.now_ns += outage_ms * MS
        self.outbox = Remembered(self.outbox.kept(), self.outbox.silences, memory=dict(self.outbox.memory))
        self.manager = self._manager()
        self._tell_phases()
        actual, self.states = self.states, dict.fromkeys(self._link_ids(), state)
        self.publish()
        self.states = actual
        self.publish()

    def _link_ids(self) -> list[str]:
        return [f"{c.id}:{d}" for c in self.inventory.circuits for d in ("az", "za")]

    def set(self, *circuits: str, state: str = "down") -> None:
        """Put both links of the circuits in a state, in one publication."""
        self.states |= {f"{circuit}:{d}": state for circuit in circuits for d in ("az", "za")}
        self.publish()

    def set_link(self, link: str, state: str) -> None:
        """Put one link in a state."""
        self.states[link] = state
        self.publish()

    def phase(self, router: str, phase: TargetPhase) -> None:
        """Change what is known of a router's stream."""
        self.routers[router] = phase
        self._tell_phases()
        self._advance()

    def _tell_phases(self) -> None:
        self.manager.on_targets(
            {
                name: RouterStatus(
                    id=name, phase=phase, since_ns=self.now_ns, drained=False, last_received_ns=None
                )
                for name, phase in self.routers.items()
            }
        )

    def publish(self) -> None:
        """Publish the graph as it is."""
        self.version += 1
        graph = nx.MultiDiGraph(
            epoch="2026-09-21T00:00:00Z", version=self.version, published_at_ns=self.now_ns
        )
        for router in self.inventory.routers:
            graph.add_node(router.id, site=router.site)
        for circuit in self.inventory.circuits:
            for direction, ends in (("az", (circuit.a, circuit.z)), ("za", (circuit.z, circuit.a))):
                link = f"{circuit.id}:{direction}"
                graph.add_edge(*ends, key=link, circuit=circuit.id, state=self.states.get(link, "up"))
        self.manager.on_publication(Publication(snapshot=from_networkx(graph), events=(), structural=True))
        self._advance()

    def wait(self, ms: int) -> None:
        """Let the time pass, advancing the manager whenever it asks for it."""
        end_ns = self.now_ns + ms * MS
        while (due_ns := self.manager.next_due_ns()) is not None and due_ns <= end_ns:
            self.now_ns = max(self.now_ns, due_ns)
            self._advance()
        self.now_ns = end_ns
        self._advance()

    def _advance(self) -> None:
        self.events += self.manager.advance(self.now_ns)

    def firing(self) -> dict[str, Alert]:
        """Alerts that fire, by `<rule> <subject>`."""
        return {f"{a.rule} {a.subject.id}": a for a in self.manager.alerts() if a.state == "firing"}

    def told(self) -> list[str]:
        """What the events said: `<firing|resolved> <rule> <subject>`, in order."""
        return [
            f"{e.type.removeprefix('alert_')} {e.after['rule']} {e.after['subject']}" for e in self.events
        ]
