"""Texts broken into lines of a width: a picture has no layout of its own."""

import re

from suanlu.picture.names import width_of

_WIDE = r"\u2e80-\u9fff\uff00-\uffef"
_CLOSING = "[）】」》，。、；：！？]*"  # no line begins with one
_PIECES = re.compile(rf"[{_WIDE}]{_CLOSING}|[^\s{_WIDE}]+{_CLOSING}|\s+")


def broken(text: str, width: float, *, size: float, most: int) -> list[str]:
    """At most `most` lines of a text, each about `width` px at a font size; what is left out is an ellipsis.

    Breaks are at spaces and at Chinese characters; a word longer than a line is broken anywhere.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        for part in (piece,) if width_of(piece, size) <= width else piece:
            if lines[-1] and width_of(lines[-1] + part.rstrip(), size) > width:
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    lines = [line.rstrip() for line in lines]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while width_of(f"{last}…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]
