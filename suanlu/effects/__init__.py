"""Effects: what the loss of links does to the traffic between all pairs of sites.

desk = EffectsDesk(published, inventory)    # run() computes what takes long, off the loop
desk(["wuhan-changsha-1:az"])               # Effects, or None where that is not known
desk.moved_onto(["wuhan-changsha-1:az"])    # the links that carry its traffic now
"""

from suanlu.effects.computing import loss_of, moved_onto
from suanlu.effects.desk import EffectsDesk
from suanlu.effects.effects import Effects, WorstPair
from suanlu.effects.words import SiteNames

__all__ = ["Effects", "EffectsDesk", "SiteNames", "WorstPair", "loss_of", "moved_onto"]
