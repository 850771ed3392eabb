"""From an alert to its receivers: a durable outbox, and one way to each kind of receiver."""
