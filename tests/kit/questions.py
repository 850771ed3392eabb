"""Questions on networks too large to enumerate, and how good their answers are: to compare answers alone."""

from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import ADMIN_GROUPS, Link, World, ends_of, make_world
from tests.kit.limits import arguments, limits, with_names
from tests.oracles import constraints
from tests.oracles.paths import Path

NONE: tuple[Any, ...] = (1,)
"""How good no path is: worse than any."""


class Question(NamedTuple):
    """A network, two places, what is best, and what must be kept."""

    world: World
    ends: tuple[str, str]
    objective: str
    limits: dict[str, Any]

    def best(self) -> Path | None:
        """The engine's path, None where it proves that there is none."""
        engine = PathEngine(self.world.snapshot())
        try:
            found = engine.path(*self.ends, objective=self.objective, **arguments(self.limits))  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            return None
        assert found.status == "optimal"
        return tuple(self.world.by_id[link] for link in found.links)

    def several(self, k: int) -> list[Path]:
        """The engine's k best paths."""
        engine = PathEngine(self.world.snapshot())
        try:
            found = engine.k_paths(*self.ends, k=k, objective=self.objective, **arguments(self.limits))  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            return []
        assert found.status == "optimal"
        return [tuple(self.world.by_id[link] for link in path.links) for path in found]

    def order(self, path: Path | None) -> tuple[Any, ...]:
        """The place of a path in the total order of all; less is better."""
        if path is None:
            return NONE
        return (0, *constraints.order(self.objective, self.limits)(path))

    def value(self, path: Path | None) -> tuple[Any, ...]:
        """The order without the link ids."""
        return self.order(path)[:-1] if path is not None else NONE

    def having(self, **changes: Any) -> "Question":
        """The question with other limits."""
        return self._replace(limits={**self.limits, **changes})

    def on(self, links: tuple[Link, ...]) -> "Question":
        """The question about the same places with other links."""
        return self._replace(world=World(self.world.sites, links))


def turned(world: World) -> World:
    """Every link the other way round, under its own id."""
    links = tuple(replace(link, tail=link.head, head=link.tail) for link in world.links)
    return World(world.sites, links)


def a_link_more(world: World, seed: int) -> World:
    """One more link, between two routers of the world, that is up and all of whose metrics are known."""
    donor = make_world(seed, n_routers=len(world.sites), n_circuits=1, largest=3, unknown=0, dead=0)
    link = replace(donor.links[0], id="new:az", circuit="new", admin_groups=ADMIN_GROUPS[:2], mtu_bytes=9192)
    return World(world.sites, (*world.links, link))


networks = st.builds(
    make_world,
    st.integers(0, 2**32 - 1),
    n_routers=st.integers(6, 40),
    n_circuits=st.integers(10, 90),
    largest=st.sampled_from((1, 4, 50)),
    unknown=st.sampled_from((0.0, 0.05)),
    dead=st.sampled_from((0.0, 0.05)),
    grouped=st.sampled_from((0.0, 0.4)),
)


@st.composite
def questions(
    draw: st.DrawFn, objectives: tuple[str, ...] = tuple(constraints.OBJECTIVES), *, limited: bool = True
) -> Question:
    """Random questions; where `limited`, most of them with a few constraints."""
    world = draw(networks)
    choice = draw(st.integers(0, 10**6))
    found = draw(limits) if limited else {}
    stops = choice % 7 // 5 if limited else 0
    named = with_names(world, found, choice, stops=stops) if limited else found
    return Question(world, ends_of(world, choice), draw(st.sampled_from(objectives)), named)
