"""What can go wrong with the past."""

from topology.errors import SuanluError


class PastError(SuanluError):
    """The past cannot be told."""


class JournalError(PastError):
    """The journal's file cannot be used."""


class BeforeJournal(PastError, LookupError):
    """The journal begins later than the moment asked for; `begins` (RFC 3339) is None where it is empty."""

    def __init__(self, asked: str, begins: str | None) -> None:
        self.begins = begins
        known = "there is no journal yet" if begins is None else f"the journal begins at {begins}"
        super().__init__(f"nothing is known of {asked}: {known}; ask for a later time")
