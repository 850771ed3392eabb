"""The rules: what is an alert, how bad it is, and how it is put in words.

To add one: its table in `rules.toml`, its id in `alert.Rule`, its page in `docs/runbooks`; and what finds it,
a figure of all links in `measures.figures`, a reading of other things (`measures.measured`), or a cause
(`causes.diagnosis`). A test names what is missing.
"""
