"""How each make of router speaks, one file a vendor."""

from suanlu.simulator.vendors.arista_eos import AristaEos
from suanlu.simulator.vendors.cisco_iosxr import CiscoIosXr
from suanlu.simulator.vendors.dialect import Dialect, Refusal
from suanlu.simulator.vendors.huawei_vrp import HuaweiVrp
from suanlu.simulator.vendors.juniper_junos import JuniperJunos
from suanlu.simulator.vendors.nokia_sros import NokiaSros

DIALECTS: dict[str, type[Dialect]] = {
    dialect.profile: dialect
    for dialect in (Dialect, AristaEos, CiscoIosXr, HuaweiVrp, JuniperJunos, NokiaSros)
}
"""By profile; a platform that is not here speaks plain OpenConfig."""


def dialect_for(profile: str) -> Dialect:
    """Return the dialect of a profile."""
    return DIALECTS.get(profile, Dialect)()


__all__ = ["DIALECTS", "Dialect", "Refusal", "dialect_for"]
