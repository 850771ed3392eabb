"""Reports: what happened in a time, how available everything was, how full, and what comes next.

reporter = Reporter(inventory, recorder, past, Uses(database), schedule, view=…, now_ns=time.time_ns)
report = await reporter.report("week", start_ns, end_ns)
text = render(report, "html", "zh")
"""

from suanlu.reports.document import Kind, Report
from suanlu.reports.reporter import KINDS, LENGTH_S, Reporter

__all__ = ["KINDS", "LENGTH_S", "Kind", "Report", "Reporter"]
