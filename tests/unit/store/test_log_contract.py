"""The bytes of a record are a contract: a log written by one version is read by the next."""

import struct

import google_crc32c
import numpy as np
import pytest
import zstandard

from collector.batch import Batch, NewSeries, Text
from collector.log import record
from collector.log.errors import DamagedRecord
from collector.log.record import encode_record, parse_header

# Made by version 1 of the format; never regenerate, add a new one beside it.
GOLDEN = bytes.fromhex(
    "53414e4c0101000091000000070000000000000015cd853dfe9c9717c49a6ec828b52ffd20b8450400f4060300000033"
    "000000010000000e0000000b0091950301aa6966636f756e746572739292a46c696e6ba12d92a6736f75726365a87775"
    "68616e2d7231a9696e5f6f63746574730003000000042a36fe9c9717ff0040ff00010091930905a9e4b88ae8a18c2055"
    "500000810400000000000a00d9501618083203b98121403630c04a6a0216248330"
)
BATCH = Batch(
    (NewSeries(3, 1, "ifcounters", (("link", "-"), ("source", "wuhan-r1")), "in_octets"),),
    np.array([3, 4, 3], np.uint32),
    np.array([1_700_000_000_000_000_000, -1, 2**62], np.int64),
    np.array([2**64 - 1, 0, 1], np.uint64),
    (Text(9, 5, "上行 UP"),),
    {"wuhan-r1": 4},
)


def read_record(data: bytes) -> Batch:
    parse_header(data[:32])
    record.check(data[:32], data[32:])
    return record.decode_payload(data[32:])


def assert_same(batch: Batch, expected: Batch) -> None:
    assert batch.new_series == expected.new_series
    assert batch.series.tolist() == expected.series.tolist()
    assert batch.time_ns.tolist() == expected.time_ns.tolist()
    assert batch.bits.tolist() == expected.bits.tolist()
    assert batch.texts == expected.texts
    assert dict(batch.received) == dict(expected.received)


def test_golden_record_is_read():
    header = parse_header(GOLDEN[:32])
    assert header[:4] == (record.DEFINES, len(GOLDEN) - 32, 7, 1_700_000_000_123_456_789)
    record.check(GOLDEN[:32], GOLDEN[32:])
    assert_same(record.decode_payload(GOLDEN[32:]), BATCH)


def test_header_is_32_bytes_little_endian_with_its_checksum_last():
    data = encode_record(7, 1_700_000_000_123_456_789, BATCH)
    magic, version, flags, reserved, length, seq, created_ns, crc = struct.unpack("<4sBBHIQqI", data[:32])
    assert (magic, version, flags, reserved) == (b"SANL", 1, 1, 0)
    assert (length, seq, created_ns) == (len(data) - 32, 7, 1_700_000_000_123_456_789)
    assert crc == google_crc32c.value(data[:28] + data[32:])


def test_payload_before_compression_has_the_columns_in_order():
    raw = zstandard.ZstdDecompressor().decompress(encode_record(7, 0, BATCH)[32:])
    assert raw == zstandard.ZstdDecompressor().decompress(GOLDEN[32:])
    points, new_series_bytes, texts, texts_bytes, received_bytes = struct.unpack_from("<5I", raw)
    assert (points, texts) == (3, 1)
    columns = raw[32 + new_series_bytes + -new_series_bytes % 8 :]
    assert columns[:16] == struct.pack("<3Ixxxx", 3, 4, 3)
    assert columns[16:40] == struct.pack("<3q", 1_700_000_000_000_000_000, -1, 2**62)
    assert columns[40:64] == struct.pack("<3Q", 2**64 - 1, 0, 1)
    assert len(columns) == 64 + sum(size + -size % 8 for size in (texts_bytes, received_bytes))


@pytest.mark.parametrize("position", [0, 4, 8, 12, 20, 27, 28, 31, 40])
def test_any_changed_byte_is_found(position):
    data = bytearray(GOLDEN)
    data[position] ^= 0x10
    with pytest.raises(DamagedRecord):
        read_record(bytes(data))


def test_a_text_that_is_no_unicode_does_not_stop_the_log():
    batch = Batch((), BATCH.series[:0], BATCH.time_ns[:0], BATCH.bits[:0], (Text(0, 1, "a\udc80b"),), {})
    assert record.decode_payload(encode_record(1, 0, batch)[32:]).texts == (Text(0, 1, "a?b"),)
