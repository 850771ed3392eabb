"""The questions, one file a kind. Each is a function of what is given that returns a contest."""
