"""Grafana boards as code: `python -m dashboards.grafana` writes the JSON in `boards/`.

`provisioning/` holds the files that make Grafana load them. All queries are InfluxQL, the one language that
every generation of InfluxDB answers.
"""
