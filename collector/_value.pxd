"""TypedValue to number: gnmi.proto's every kind of value, and JSON scalars, without a Python object."""

from libc.stdint cimport UINT64_MAX, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport strtod
from libc.string cimport memcpy

from collector._wire cimport FIXED32, FIXED64, LENGTH, VARINT, Bytes, Field, Span, read_field

cdef extern from *:
    """
    #include <stdio.h>
    #include <string.h>
    /* The double whose shortest decimal is that of the float: -7.53f is -7.53, not -7.5300002. */
    static inline double suanlu_widen(uint32_t bits) {
        float value; char text[40]; int digits;
        memcpy(&value, &bits, 4);
        if (!(value - value == 0)) return value;
        for (digits = 6; digits < 9; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, (double)value);
            if (strtof(text, 0) == value) return strtod(text, 0);
        }
        snprintf(text, sizeof text, "%.9g", (double)value);
        return strtod(text, 0);
    }
    static const double SUANLU_TEN[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
        1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    """
    double suanlu_widen(uint32_t bits) noexcept nogil
    const double* SUANLU_TEN

cdef enum Form:
    NOT_A_NUMBER = 0
    SIGNED = 1
    UNSIGNED = 2
    REAL = 3
    TREE = 4         # a JSON object or array
    MALFORMED = 5

# The numbers of the fields in TypedValue and Value, gnmi.proto 0.8 to 0.14
cdef enum:
    STRING_VAL = 1
    INT_VAL = 2
    UINT_VAL = 3
    BOOL_VAL = 4
    BYTES_VAL = 5
    FLOAT_VAL = 6
    DECIMAL_VAL = 7
    LEAFLIST_VAL = 8
    JSON_VAL = 10
    JSON_IETF_VAL = 11
    ASCII_VAL = 12
    DOUBLE_VAL = 14

cdef struct Number:
    uint64_t bits    # by the form: of an int64, a uint64 or a double


cdef inline Form real(double value, Number* number) noexcept nogil:
    if value - value != 0:    # NaN and infinities are no measurement
        return NOT_A_NUMBER
    memcpy(&number.bits, &value, 8)
    return REAL


cdef inline Form number_in_text(Bytes at, size_t size, Number* number) noexcept nogil:
    """Read `12`, `-7.53`, `1e-9`; exact for 64-bit integers; spaces around are allowed."""
    cdef Bytes end = at + size
    cdef Bytes digit
    cdef uint64_t whole = 0
    cdef bint negative = False, exact = True
    cdef char text[64]
    cdef char* stop
    cdef double value
    while at < end and (at[0] == 32 or 9 <= at[0] <= 13):
        at += 1
    while end > at and ((end - 1)[0] == 32 or 9 <= (end - 1)[0] <= 13):
        end -= 1
    if at == end or end - at > 63:
        return NOT_A_NUMBER
    digit = at
    if digit[0] == 45 or digit[0] == 43:
        negative = digit[0] == 45
        digit += 1
        if digit == end:
            return NOT_A_NUMBER
    while digit < end and 48 <= digit[0] <= 57:
        if whole > UINT64_MAX // 10 or (whole == UINT64_MAX // 10 and digit[0] > 53):
            exact = False
            break
        whole = whole * 10 + (digit[0] - 48)
        digit += 1
    if exact and digit == end and not (negative and whole > <uint64_t>1 << 63):
        number.bits = 0 - whole if negative else whole
        return SIGNED if negative else UNSIGNED
    digit = at
    while digit < end:
        if not (48 <= digit[0] <= 57 or digit[0] in (43, 45, 46, 69, 101)):
            return NOT_A_NUMBER
        digit += 1
    memcpy(text, at, end - at)
    text[end - at] = 0
    value = strtod(text, &stop)
    if stop != text + (end - at):
        return NOT_A_NUMBER
    return real(value, number)


cdef inline bint same_text(Bytes at, size_t size, const char* word, size_t length) noexcept nogil:
    cdef size_t i
    if size != length:
        return False
    for i in range(length):
        if at[i] != <uint8_t>word[i]:
            return False
    return True


cdef inline Form number_in_json(Bytes at, size_t size, Number* number) noexcept nogil:
    """Read a JSON scalar; RFC 7951 writes 64-bit integers and decimals as strings."""
    cdef Bytes end = at + size
    while at < end and (at[0] == 32 or at[0] == 9 or at[0] == 10 or at[0] == 13):
        at += 1
    while end > at and ((end - 1)[0] == 32 or (end - 1)[0] == 9 or (end - 1)[0] == 10 or (end - 1)[0] == 13):
        end -= 1
    size = end - at
    if size == 0:
        return NOT_A_NUMBER
    if at[0] == 34:
        if size < 2 or (end - 1)[0] != 34:
            return NOT_A_NUMBER
        return number_in_text(at + 1, size - 2, number)
    if at[0] == 91 or at[0] == 123:
        return TREE
    if same_text(at, size, b"true", 4) or same_text(at, size, b"false", 5):
        number.bits = 1 if at[0] == 116 else 0
        return UNSIGNED
    return number_in_text(at, size, number)


cdef inline Form number_in_decimal(Bytes at, Bytes end, Number* number) noexcept nogil:
    """Decimal64 {int64 digits = 1; uint32 precision = 2}, deprecated but still sent."""
    cdef Field field
    cdef int64_t digits = 0
    cdef uint64_t precision = 0
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            return MALFORMED
        if field.number == 1 and field.wire_type == VARINT:
            digits = <int64_t>field.value
        elif field.number == 2 and field.wire_type == VARINT:
            precision = <uint32_t>field.value
    if precision == 0:
        number.bits = <uint64_t>digits
        return SIGNED
    if precision > 18:
        return NOT_A_NUMBER
    return real(<double>digits / SUANLU_TEN[precision], number)


cdef inline Form number_of_field(Field* field, Number* number) noexcept nogil:
    """Read the one field that a TypedValue has set; a leaf-list of one is its element."""
    cdef double value
    cdef uint32_t word
    cdef uint32_t what = field.number
    if field.wire_type == VARINT:
        number.bits = field.value
        if what == UINT_VAL:
            return UNSIGNED
        if what == INT_VAL:
            return SIGNED
        if what == BOOL_VAL:
            number.bits = 1 if field.value else 0
            return UNSIGNED
    elif field.wire_type == FIXED64 and what == DOUBLE_VAL:
        memcpy(&value, &field.value, 8)
        return real(value, number)
    elif field.wire_type == FIXED32 and what == FLOAT_VAL:
        return real(suanlu_widen(<uint32_t>field.value), number)
    elif field.wire_type == LENGTH:
        if what == JSON_IETF_VAL or what == JSON_VAL:
            return number_in_json(field.data, field.value, number)
        if what == STRING_VAL or what == ASCII_VAL:
            return number_in_text(field.data, field.value, number)
        if what == DECIMAL_VAL:
            return number_in_decimal(field.data, field.data + field.value, number)
        if what == BYTES_VAL and field.value == 4:    # ieeefloat32, big-endian (openconfig-types)
            word = (<uint32_t>field.data[0] << 24) | (<uint32_t>field.data[1] << 16)
            word |= (<uint32_t>field.data[2] << 8) | field.data[3]
            return real(suanlu_widen(word), number)
        if what == LEAFLIST_VAL:
            return TREE
    return NOT_A_NUMBER


cdef inline bint is_value_field(Field* field) noexcept nogil:
    """Whether this is a field of TypedValue with the wire type that gnmi.proto gives it."""
    if field.wire_type == VARINT:
        return INT_VAL <= field.number <= BOOL_VAL
    if field.wire_type == FIXED32:
        return field.number == FLOAT_VAL
    if field.wire_type == FIXED64:
        return field.number == DOUBLE_VAL
    return field.wire_type == LENGTH and (
        field.number == STRING_VAL or field.number == BYTES_VAL or 7 <= field.number <= 13
    )


cdef inline Form number_of(Span typed_value, Number* number) noexcept nogil:
    """Read a TypedValue; the last field of its oneof counts, as protobuf has it."""
    cdef Field field, chosen
    cdef Bytes at = typed_value.data
    cdef Bytes end = at + typed_value.size
    chosen.number = 0
    chosen.wire_type = VARINT
    chosen.value = 0
    chosen.data = NULL
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            return MALFORMED
        if is_value_field(&field):
            chosen = field
    return number_of_field(&chosen, number)


cdef inline Form number_of_deprecated(Span value, Number* number) noexcept nogil:
    """Read a Value {bytes value = 1; Encoding type = 2}: JSON 0, BYTES 1, PROTO 2, ASCII 3, JSON_IETF 4."""
    cdef Field field
    cdef Bytes at = value.data
    cdef Bytes end = at + value.size
    cdef Span content
    cdef uint64_t encoding = 0
    content.data = NULL
    content.size = 0
    while at < end:
        at = read_field(at, end, &field)
        if at == NULL:
            return MALFORMED
        if field.number == 1 and field.wire_type == LENGTH:
            content.data = field.data
            content.size = field.value
        elif field.number == 2 and field.wire_type == VARINT:
            encoding = field.value
    if content.size == 0:
        return NOT_A_NUMBER
    if encoding == 0 or encoding == 4:
        return number_in_json(content.data, content.size, number)
    if encoding == 3:
        return number_in_text(content.data, content.size, number)
    return NOT_A_NUMBER


cdef inline bint whole_number(double value, bint unsigned, Number* number) noexcept nogil:
    """Round half away from zero into 64 bits; False outside them."""
    value = value + 0.5 if value >= 0 else value - 0.5
    if unsigned:
        if not -1 < value < 18446744073709551616.0:
            return False
        number.bits = <uint64_t>value if value > 0 else 0
        return True
    if not -9223372036854775808.0 <= value < 9223372036854775808.0:
        return False
    number.bits = <uint64_t><int64_t>value
    return True


cdef inline bint scaled(
    uint64_t multiplier, uint64_t divisor, bint unsigned, bint is_signed, Number* number
) noexcept nogil:
    """Multiply and divide exactly, rounding half away from zero; False where 64 bits are too few."""
    cdef bint negative = is_signed and <int64_t>number.bits < 0
    cdef uint64_t size = 0 - number.bits if negative else number.bits
    if size > UINT64_MAX // multiplier - divisor:
        return False
    size = (size * multiplier + divisor // 2) // divisor
    if unsigned:
        number.bits = size
        return not negative or size == 0
    if size >> 63:
        return False
    number.bits = 0 - size if negative else size
    return True
