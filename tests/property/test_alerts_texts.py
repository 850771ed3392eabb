"""Texts, signatures and addresses, whatever they are."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from suanlu.alerts import Secret
from suanlu.alerts.delivery.guard import allowed
from suanlu.alerts.text import TEXT_LIMIT, clean

V4 = st.integers(0, 2**32 - 1)


@given(st.text(st.characters(), max_size=800))
def test_clean_text_is_one_printable_line_that_can_be_sent(text: str) -> None:
    plain = clean(text)
    assert len(plain) <= TEXT_LIMIT
    assert len(plain.splitlines()) <= 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in plain)
    plain.encode()
    assert clean(plain) == plain


@given(st.binary(max_size=200), st.text("abcdefghij_0123456789", min_size=1), st.integers(0, 2**40))
def test_every_signature_of_ours_verifies_and_no_other_body_does(body: bytes, name: str, at_s: int) -> None:
    secret = Secret("whsec_" + "QUJD" * 10)
    headers = secret.headers(name, at_s, body)
    assert secret.verify(headers, body, now_s=at_s)
    assert not secret.verify(headers, body + b"x", now_s=at_s)


@given(V4)
def test_ipv6_forms_of_an_ipv4_address_open_nothing(number: int) -> None:
    inner = ipaddress.IPv4Address(number)
    forms = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),  # mapped
        ipaddress.IPv6Address((0x0064FF9B << 96) | number),  # NAT64
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
    ]
    assert allowed(inner, ()) or not any(allowed(form, ()) for form in forms)
