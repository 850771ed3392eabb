"""From what is wrong to the fewest causes that explain it, followed through time."""
