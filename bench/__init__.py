"""The benches: the path core beside its peers, and how long the live graph takes."""
