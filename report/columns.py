"""Text in the 80 columns of a terminal."""
import unicodedata

from report import words

COLUMNS = 80


def width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, room: int) -> str:
    """The text in so many columns: both ends of a long one."""
    text = words.printable(text)
    if width(text) <= room:
        return text
    half = min(len(text) // 2, 2 * COLUMNS)  # text far from both ends is ignored
    head, tail = list(text[:half]), list(text[max(half, len(text) - 2 * COLUMNS):])
    while width("".join(head + tail)) > room - 1 and (head or tail):
        if len(head) > len(tail):
            head.pop()
        else:
            tail.pop(0)
    return "".join(head) + "…" + "".join(tail)


def padded(text: str, room: int, right: bool = False) -> str:
    air = " " * (room - width(text))
    return air + text if right else text + air


def pieces(word: str, room: int) -> list:
    """A word in parts that fit."""
    parts = [""]
    for c in word:
        if width(parts[-1] + c) > room:
            parts.append("")
        parts[-1] += c
    return parts


def wrapped(text: str, first: str = "", rest: str = "") -> list:
    """Lines of at most 80 columns; the first begins with `first`, the others with `rest`."""
    room = COLUMNS - max(width(first), width(rest))
    lines = [""]
    for word in (part for word in words.printable(text).split() for part in pieces(word, room)):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return [(rest if i else first) + line for i, line in enumerate(lines)]


def aligned(head: list, body: list, right: set, shrink: dict, near: set) -> list:
    """Lines of a table. `shrink`: the columns that may be cut when not all fit, and their least width; `near`: those that are
    one blank from the column before, not two."""
    gaps = [0 if i == 0 else 1 if i in near else 2 for i in range(len(head))]
    widths = [max(width(row[i]) for row in [head, *body]) for i in range(len(head))]
    over = sum(widths) + sum(gaps) - COLUMNS
    for column, least in shrink.items():
        less = min(max(over, 0), max(widths[column] - least, 0))
        widths[column] -= less
        over -= less
    return ["".join(" " * gaps[i] + padded(cut(text, widths[i]), widths[i], i in right) for i, text in enumerate(row)).rstrip()
            for row in [head, *body]]
