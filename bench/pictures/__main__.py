"""Draw the pictures of the committed results. `make bench` does it after every run."""

from bench import record
from bench.pictures.growth import growth
from bench.pictures.ratios import ratios
from bench.pictures.theme import DARK, LIGHT, save


def main() -> None:
    """Write each picture twice."""
    rows = record.read(record.COMMITTED)
    for theme in (LIGHT, DARK):
        print(save(ratios(rows, theme), "ratios", theme))
        print(save(growth(rows, theme), "growth", theme))


if __name__ == "__main__":
    main()
