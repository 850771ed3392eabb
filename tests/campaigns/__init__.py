"""Long campaigns, by hand or by `make campaign`; the suite has a short form of each."""
