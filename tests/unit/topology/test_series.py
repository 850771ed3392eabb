"""The series table: rows, dirt, growth."""

import numpy as np

from topology.series import KIND_F64, KIND_I64, KIND_U64, SeriesKey, SeriesTable


def key(name: str) -> SeriesKey:
    return SeriesKey("a", "ifrate", name, "in_bps")


def bits_of(value: float) -> int:
    return int(np.float64(value).view(np.uint64))


def test_a_key_has_one_row_and_its_first_kind():
    table = SeriesTable()
    row = table.add(key("x"), KIND_U64)
    assert table.add(key("x"), KIND_F64) == row == table.find(key("x"))
    assert table.kind[row] == KIND_U64
    assert table.find(key("y")) is None


def test_value_reads_the_bits_by_their_kind():
    table = SeriesTable()
    signed, unsigned, real = (table.add(key(str(kind)), kind) for kind in (KIND_I64, KIND_U64, KIND_F64))
    table.write(signed, 2**64 - 7, 1, 1)
    table.write(unsigned, 2**64 - 1, 1, 1)
    table.write(real, bits_of(-7.53), 1, 1)
    assert [table.value(row) for row in (signed, unsigned, real)] == [-7, 2**64 - 1, -7.53]


def test_there_is_no_value_before_the_first_and_after_a_removal():
    table = SeriesTable()
    row = table.add(key("x"), KIND_I64)
    assert table.value(row) is None
    table.write(row, 0, 1, 1)
    assert table.value(row) == 0
    table.remove(row)
    assert table.value(row) is None
    table.write(row, 5, 2, 2)
    assert table.value(row) == 5


def test_each_written_row_is_dirty_once_until_it_is_taken():
    table = SeriesTable()
    rows = [table.add(key(str(i)), KIND_I64) for i in range(3)]
    for row in (rows[2], rows[0], rows[2]):
        table.write(row, 1, 1, 1)
    assert table.take_dirty().tolist() == [rows[2], rows[0]]
    assert table.take_dirty().tolist() == []
    table.remove(rows[1])
    assert table.take_dirty().tolist() == [rows[1]]


def test_write_keeps_the_value_before():
    table = SeriesTable()
    row = table.add(key("x"), KIND_I64)
    table.write(row, 1, 10, 11)
    table.write(row, 2, 20, 21)
    assert (table.prev_bits[row], table.prev_observed_at_ns[row]) == (1, 10)


def test_growth_keeps_rows_and_dirt_and_raises_the_generation():
    table = SeriesTable(capacity=2)
    rows = [table.add(key(str(i)), KIND_I64) for i in range(2)]
    table.write(rows[1], 9, 1, 1)
    third = table.add(key("third"), KIND_I64)
    table.write(third, 3, 1, 1)
    assert (table.capacity, table.generation, table.value(rows[1])) == (4, 1, 9)
    assert table.take_dirty().tolist() == [rows[1], third]
