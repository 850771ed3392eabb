"""Grafana boards as code: `python -m dashboards.grafana` writes the JSON in `json/`.

`boards/` has one file a board, `parts/` what they are made of, `provisioning/` the files that make Grafana
load them. All queries to the store are InfluxQL, the one language that every generation of InfluxDB answers.
"""
