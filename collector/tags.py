"""Tags of series: the app says which site and link an interface has, the schema which tags a measurement."""

from collections.abc import Mapping

from collector.schema import MEASUREMENTS, NO_TAG
from topology.ids import reverse_of

TagMap = Mapping[tuple[str, str], tuple[str, str]]
Tags = tuple[tuple[str, str], ...]


class TagBook:
    """Looks tags up in `{(router, interface): (site, link)}`; what is unknown is `-`."""

    def __init__(self, interfaces: TagMap) -> None:
        self._interfaces = interfaces
        self._site_of_router = {router: site for (router, _), (site, _) in interfaces.items()}
        self._site_of_link = {link: site for site, link in interfaces.values() if link != NO_TAG}

    def port(self, router: str, name: str) -> str:
        """Return the interface that a logical one stands on: `ae1.0` is `ae1`, if only that has a circuit."""
        whole = name.rpartition(".")[0]
        known = (router, name) not in self._interfaces and (router, whole) in self._interfaces
        return whole if known else name

    def tags(self, measurement: str, router: str, name: str, more: Mapping[str, str]) -> Tags:
        """Return the sorted tags of a series; `more` holds what the path said besides (channel, method)."""
        site, link = self._interfaces.get((router, name), (self._site_of_router.get(router, NO_TAG), NO_TAG))
        far_site = self._site_of_link.get(reverse_of(link), NO_TAG) if link != NO_TAG else NO_TAG
        known = {"source": router, "name": name, "site": site, "link": link, "a": site, "z": far_site, **more}
        wanted = sorted(MEASUREMENTS[measurement].tags)
        return tuple((tag, known.get(tag) or NO_TAG) for tag in wanted)
