"""The bytes of a record: a 32-byte header, then a zstd-1 payload of one batch.

Header, little endian: `magic u4, version u1, flags u1, reserved u2, length u4, seq u8, created_ns i8,
crc32c u4`; `length` is the payload's, the checksum covers header and payload but itself.

Payload before compression: eight u4 (points, bytes of the new series, texts, bytes of the texts, bytes of
the received counts, three zeros), then in this order, each part padded to eight bytes: new series
(msgpack), `series u4[n]`, `time i8[n]`, `bits u8[n]`, texts (msgpack), received counts (msgpack).
"""

import struct
from typing import NamedTuple

import google_crc32c
import msgspec
import numpy as np
import zstandard

from collector.batch import Batch, NewSeries, Text
from collector.log.errors import DamagedRecord

MAGIC = 0x4C_4E_41_53  # "SANL" as the bytes lie in the file
MAGIC_BYTES = struct.pack("<I", MAGIC)
VERSION = 1
DEFINES = 1  # flag: the payload holds new series, so a reader that skips records must not skip it
MAX_PAYLOAD_BYTES = 64 << 20

_HEADER = struct.Struct("<IBBHIQqI")
HEADER_BYTES = _HEADER.size
_CHECKED_BYTES = HEADER_BYTES - 4
_COUNTS = struct.Struct("<8I")

_new_series_decoder = msgspec.msgpack.Decoder(tuple[NewSeries, ...])
_texts_decoder = msgspec.msgpack.Decoder(tuple[Text, ...])
_received_decoder = msgspec.msgpack.Decoder(dict[str, int])
_encode = msgspec.msgpack.Encoder().encode


class Header(NamedTuple):
    """A record's header as it stands in the file; `length` is that of the payload in bytes."""

    flags: int
    length: int
    seq: int
    created_ns: int
    crc: int


class Record(NamedTuple):
    """One record as a reader gives it."""

    seq: int
    created_ns: int
    batch: Batch


def encode_record(seq: int, created_ns: int, batch: Batch) -> bytes:
    """Return the bytes of one record."""
    payload = zstandard.ZstdCompressor(level=1).compress(pack(batch))
    flags = DEFINES if batch.new_series else 0
    checked = _HEADER.pack(MAGIC, VERSION, flags, 0, len(payload), seq, created_ns, 0)[:_CHECKED_BYTES]
    return b"".join((checked, struct.pack("<I", _checksum(checked, payload)), payload))


def parse_header(data: bytes | memoryview) -> Header:
    """Read 32 bytes; DamagedRecord where they cannot be a header."""
    magic, version, flags, _, length, seq, created_ns, crc = _HEADER.unpack(data)
    if magic != MAGIC or version != VERSION or length > MAX_PAYLOAD_BYTES:
        raise DamagedRecord(f"no record header of version {VERSION}")
    return Header(flags, length, seq, created_ns, crc)


def check(header_bytes: bytes, payload: bytes) -> None:
    """DamagedRecord unless the checksum of header and payload is the one in the header."""
    (crc,) = struct.unpack_from("<I", header_bytes, _CHECKED_BYTES)
    if _checksum(header_bytes[:_CHECKED_BYTES], payload) != crc:
        raise DamagedRecord("the checksum of the record does not fit its bytes")


def decode_payload(payload: bytes) -> Batch:
    """Return the batch of a payload whose checksum was right; DamagedRecord if it is none all the same."""
    try:
        return _unpack(zstandard.ZstdDecompressor().decompress(payload, max_output_size=1 << 30))
    except (zstandard.ZstdError, msgspec.MsgspecError, ValueError, struct.error) as error:
        raise DamagedRecord(f"the payload is no batch: {error}") from error


def count_values(payload: bytes) -> int:
    """Return how many values (points and texts) a payload holds, without unpacking it."""
    with zstandard.ZstdDecompressor().stream_reader(payload) as stream:
        points, _, texts, *_ = _COUNTS.unpack(stream.read(_COUNTS.size))
    return int(points + texts)


def _checksum(checked: bytes, payload: bytes) -> int:
    return int(google_crc32c.extend(google_crc32c.value(checked), payload))


def pack(batch: Batch) -> bytes:
    """Return the payload before compression."""
    new_series = _encode(batch.new_series) if batch.new_series else b""
    texts = _encode_texts(batch.texts) if batch.texts else b""
    received = _encode(dict(batch.received)) if batch.received else b""
    points = len(batch.series)
    counts = _COUNTS.pack(points, len(new_series), len(batch.texts), len(texts), len(received), 0, 0, 0)
    columns = (
        np.ascontiguousarray(batch.series, "<u4").tobytes(),
        np.ascontiguousarray(batch.time_ns, "<i8").tobytes(),
        np.ascontiguousarray(batch.bits, "<u8").tobytes(),
    )
    parts = (counts, new_series, *columns, texts, received)
    return b"".join(part + bytes(-len(part) % 8) for part in parts)


def _encode_texts(texts: tuple[Text, ...]) -> bytes:
    try:
        return _encode(texts)
    except UnicodeEncodeError:  # half of a surrogate pair: one router's text must not stop the log
        return _encode([text._replace(value=text.value.encode(errors="replace").decode()) for text in texts])


def _unpack(raw: bytes) -> Batch:
    points, new_series_bytes, _, texts_bytes, received_bytes, *_ = _COUNTS.unpack_from(raw)
    offset = _COUNTS.size

    def take(size: int) -> bytes:
        nonlocal offset
        part = raw[offset : offset + size]
        if len(part) != size:
            raise ValueError("the payload ends early")
        offset += size + -size % 8
        return part

    new_series = take(new_series_bytes)
    series, time_ns, bits = (
        np.frombuffer(take(points * width), dtype) for width, dtype in ((4, "<u4"), (8, "<i8"), (8, "<u8"))
    )
    texts, received = take(texts_bytes), take(received_bytes)
    return Batch(
        _new_series_decoder.decode(new_series) if new_series else (),
        series,
        time_ns,
        bits,
        _texts_decoder.decode(texts) if texts else (),
        _received_decoder.decode(received) if received else {},
    )
