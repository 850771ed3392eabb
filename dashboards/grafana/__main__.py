"""python -m dashboards.grafana: write the JSON of every board."""

from dashboards.grafana.generate import write_boards

if __name__ == "__main__":
    write_boards()
