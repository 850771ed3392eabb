"""Roll-ups: mean, extremes and 95th percentile of each series in every five minutes and every hour.

roller = Roller(database, now_ns=time.time_ns, ship=True)   # raw values -> roll-ups, in the database
shipper = Shipper(database, InfluxDBSink(settings))         # roll-ups -> InfluxDB
"""

from collector.rollups.roller import Roller
from collector.rollups.shipper import Shipper

__all__ = ["Roller", "Shipper"]
