"""`python -m suanlu.cli` is `suanlu`."""

from suanlu.cli import main

main()
