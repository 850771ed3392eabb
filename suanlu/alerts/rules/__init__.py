"""The rules: what is an alert, how bad it is, and how it is put in words."""
