"""The figures of every part, for `/metrics`: phases, versions, and the books of every value.

received = stored + buffered + quarantined + dropped, for each store.
"""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from suanlu.alerts.alert import Rule
from suanlu.figures.parts import Parts
from suanlu.figures.registry import Family
from suanlu.times import NS_PER_S
from topology.observation import TargetPhase
from topology.snapshot import LinkState


def families(parts: Parts) -> Iterator[Family]:
    """Read all figures now."""
    yield from _graph(parts)
    yield from _collector(parts)
    yield from _log(parts)
    yield from _stores(parts)
    yield from _backlogs(parts)
    yield from _certificates(parts)
    yield from _past(parts)
    yield from _alerts(parts)
    yield from _notifications(parts)


def _graph(parts: Parts) -> Iterator[Family]:
    snapshot = parts.graph.snapshot
    states = Counter(snapshot.state.tolist())
    yield ("suanlu_topology_version", "Version of the snapshot", "gauge", (), [((), snapshot.version)])
    yield (
        "suanlu_topology_structure_version",
        "Version that last changed the structure",
        "gauge",
        (),
        [((), snapshot.structure_version)],
    )
    yield (
        "suanlu_links",
        "Links by state",
        "gauge",
        ("state",),
        [((state.label,), states[state]) for state in LinkState],
    )
    yield (
        "suanlu_inconsistencies",
        "Things that two sources disagree about",
        "gauge",
        (),
        [((), len(parts.graph.inconsistencies))],
    )
    yield ("suanlu_events_total", "Events published", "counter", (), [((), parts.ring.end)])


def _collector(parts: Parts) -> Iterator[Family]:
    statistics = parts.collector.statistics()
    targets = statistics.targets.items()
    phases = Counter(target.phase for _, target in targets)
    yield (
        "suanlu_targets",
        "Targets by phase of their stream",
        "gauge",
        ("phase",),
        [((phase,), phases[phase]) for phase in get_args(TargetPhase)],
    )
    for name, text, attribute in (
        ("suanlu_target_updates_total", "Updates received", "received"),
        ("suanlu_target_messages_total", "Messages received", "messages"),
        ("suanlu_target_sessions_total", "Subscribe RPCs opened", "sessions"),
        ("suanlu_target_gaps_total", "Times that updates may have been missed", "gaps"),
    ):
        samples = [((router,), getattr(target, attribute)) for router, target in targets]
        yield (name, text, "counter", ("target",), samples)
    yield (
        "suanlu_target_received_timestamp_seconds",
        "When anything was last received",
        "gauge",
        ("target",),
        [((router,), target.last_received_ns / NS_PER_S) for router, target in targets],
    )
    yield (
        "suanlu_target_dropped_total",
        "Updates received and not stored, by reason",
        "counter",
        ("target", "reason"),
        [((router, reason), n) for router, target in targets for reason, n in target.dropped.items()],
    )
    yield (
        "suanlu_target_errors_total",
        "Errors of a target, by kind",
        "counter",
        ("target", "kind"),
        [((router, kind), n) for router, target in targets for kind, n in target.errors.items()],
    )
    yield (
        "suanlu_target_insecure",
        "1 where a target is read without TLS",
        "gauge",
        ("target",),
        [((router,), int(target.insecure)) for router, target in targets],
    )


def _log(parts: Parts) -> Iterator[Family]:
    log = parts.log.statistics()
    for name, text, kind, value in (
        ("suanlu_log_appended_values_total", "Values appended", "counter", log.appended_values),
        ("suanlu_log_size_bytes", "Size of all segments", "gauge", log.size_bytes),
        ("suanlu_log_segments", "Segments", "gauge", log.segments),
        ("suanlu_log_pending_bytes", "Taken and not yet appended", "gauge", log.pending_bytes),
        ("suanlu_log_write_failures_total", "Writes that the disk refused", "counter", log.write_failures),
    ):
        yield (name, text, kind, (), [((), value)])
    yield (
        "suanlu_log_refused_values_total",
        "Values that were not appended, by reason",
        "counter",
        ("reason",),
        [((reason,), n) for reason, n in log.refused.items()],
    )


def _stores(parts: Parts) -> Iterator[Family]:
    stores = [pump.statistics() for pump in parts.pumps.values()]
    for name, text, kind, attribute in (
        ("suanlu_store_received_values_total", "Values that are to be stored", "counter", "received"),
        ("suanlu_store_stored_values_total", "Values stored", "counter", "stored"),
        ("suanlu_store_quarantined_values_total", "Values that the store refuses", "counter", "quarantined"),
        ("suanlu_store_retries_total", "Writes tried again", "counter", "retries"),
        ("suanlu_store_buffered_values", "Values in the log, not yet stored", "gauge", "buffered"),
        ("suanlu_store_available", "1 while the store takes what it gets", "gauge", "available"),
    ):
        samples = [((store.sink,), float(getattr(store, attribute))) for store in stores]
        yield (name, text, kind, ("store",), samples)
    yield (
        "suanlu_store_dropped_values_total",
        "Values given up, by reason",
        "counter",
        ("store", "reason"),
        [((store.sink, reason), n) for store in stores for reason, n in store.dropped.items()],
    )


def _backlogs(parts: Parts) -> Iterator[Family]:
    yield (
        "suanlu_store_behind_seconds",
        "For how long a store has had values waiting that it was given before",
        "gauge",
        ("store",),
        [((subject.id,), behind_s) for subject, (behind_s, _) in parts.backlogs().items()],
    )
    yield (
        "suanlu_log_limit_bytes",
        "What the segments may take before the oldest values are given up",
        "gauge",
        (),
        [((), parts.log.max_bytes)],
    )


def _certificates(parts: Parts) -> Iterator[Family]:
    yield (
        "suanlu_certificate_expiry_timestamp_seconds",
        "When a certificate ends, of a router or of a file of the configuration",
        "gauge",
        ("kind", "name"),
        [((subject.kind, subject.id), ends) for subject, ends in parts.certificates.expires_s.items()],
    )


def _past(parts: Parts) -> Iterator[Family]:
    shipped = 0 if parts.shipper is None else parts.shipper.shipped
    for name, text, value in (
        ("suanlu_journal_errors_total", "Writes of the journal that failed", parts.recorder.errors),
        ("suanlu_rollup_windows_total", "Windows rolled up since the start", parts.roller.windows),
        ("suanlu_rollups_shipped_total", "Windows sent to InfluxDB since the start", shipped),
    ):
        yield (name, text, "counter", (), [((), value)])


def _alerts(parts: Parts) -> Iterator[Family]:
    firing = [alert for alert in parts.alerts.alerts() if alert.state == "firing"]
    by_severity = Counter(alert.severity for alert in firing)
    yield (
        "suanlu_alerts_firing",
        "Alerts that fire, by severity",
        "gauge",
        ("severity",),
        [((severity,), by_severity[severity]) for severity in ("critical", "warning", "info")],
    )
    by_rule = Counter(alert.rule for alert in firing)
    yield (
        "suanlu_rule_alerts_firing",
        "Alerts that fire, by rule",
        "gauge",
        ("rule",),
        [((rule,), by_rule[rule]) for rule in get_args(Rule)],
    )


def _notifications(parts: Parts) -> Iterator[Family]:
    outbox = parts.outbox.statistics()
    queues = outbox.receivers.items()
    for name, text, kind, attribute in (
        ("suanlu_notification_queued", "Messages that wait for a receiver", "gauge", "queued"),
        ("suanlu_notification_oldest_age_seconds", "Age of the oldest that waits", "gauge", "oldest_age_s"),
        (
            "suanlu_notification_paused_seconds",
            "How long all of it waits before the next try",
            "gauge",
            "paused_s",
        ),
        ("suanlu_notification_delivered_total", "Messages delivered", "counter", "delivered"),
        ("suanlu_notification_failed_attempts_total", "Attempts that failed", "counter", "failed_attempts"),
        (
            "suanlu_notification_dropped_too_old_total",
            "Messages given up by age",
            "counter",
            "dropped_too_old",
        ),
        (
            "suanlu_notification_dropped_overflow_total",
            "Messages given up by number",
            "counter",
            "dropped_overflow",
        ),
    ):
        yield (name, text, kind, ("receiver",), [((r,), getattr(queue, attribute)) for r, queue in queues])
    for name, text, kind, value in (
        ("suanlu_outbox_commit_errors_total", "Commits that failed", "counter", outbox.commit_errors),
        (
            "suanlu_outbox_slowest_commit_seconds",
            "The slowest commit since the start",
            "gauge",
            outbox.slowest_commit_ms / 1000,
        ),
        (
            "suanlu_outbox_orphaned_total",
            "Messages given up at the start, as their receiver is no longer configured",
            "counter",
            outbox.orphaned,
        ),
    ):
        yield (name, text, kind, (), [((), value)])
