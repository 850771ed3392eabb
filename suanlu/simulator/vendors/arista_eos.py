"""Arista EOS: OpenConfig, one update a message, all of its path in the update and no prefix.

Facts: telegraf#14946 (one value: no prefix), featureprofiles (no in-fcs-errors); no delay measurement.
"""

from collections.abc import Iterator

from suanlu.simulator import wire
from suanlu.simulator.network import RouterNode
from suanlu.simulator.tree import Tree
from suanlu.simulator.values import typed_value
from suanlu.simulator.vendors.dialect import Answer, Dialect
from suanlu.simulator.vendors.openconfig import SCHEMA, openconfig_leaves


class AristaEos(Dialect):
    """See the module."""

    profile = "arista-eos"
    organization = "Arista Networks, Inc."
    software = "4.36.1F"

    def tree(self, router: RouterNode) -> Tree:
        """OpenConfig without FCS errors."""
        leaves = openconfig_leaves(router, self.adjacency, self.software)
        return Tree((leaf for leaf in leaves if leaf.elems[-1][0] != "in-fcs-errors"), SCHEMA)

    def notifications(self, answer: Answer) -> Iterator[bytes]:
        """One Notification an update; a prefix only where a target must be mirrored."""
        prefix = wire.text(4, answer.target) if answer.target else None
        for leaf, value in answer.updates:
            typed = typed_value(value, leaf.kind, answer.encoding, leaf.module)
            update = wire.encode_update(leaf.entry + leaf.suffix, typed)
            yield wire.encode_notification(answer.at_ns, prefix=prefix, updates=(update,))
        for leaf in answer.deletes:
            yield wire.encode_notification(answer.at_ns, prefix=prefix, deletes=(leaf.entry + leaf.suffix,))
