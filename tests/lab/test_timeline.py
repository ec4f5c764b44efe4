"""The drawing shows every operation and every rotation, can be read, and is of the last run."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from secrets_manager.lab.timeline import KINDS, MARGIN, WIDTH, counted, svg
from secrets_manager.lab.workload import Load, Outcome

DOCS = Path(__file__).parents[2] / "docs"
DRAWING = DOCS / "rotation-timeline.svg"
SVG = "{http://www.w3.org/2000/svg}"
# Em per letter of the widest common fonts; and how high a line is.
WIDTHS = {"heading": 19 * 0.68, "lane": 13 * 0.66, "small": 12 * 0.6}
HEIGHTS = {"heading": 19.0, "lane": 13.0, "small": 12.0}

Box = tuple[float, float, float, float]


def load_of(*outcomes: Outcome, title: str = "Title", seconds: float = 4.0) -> Load:
    return Load(title, list(outcomes), [(0.5, 0.75), (2.0, 3.0)], seconds)


BUSY = load_of(
    *(Outcome(0.5 * at, 0.5 * at + 0.4, 0, False, at % 8) for at in range(7)),
    *(Outcome(0.5 * at, 0.5 * at + 0.4, 2, False, 7) for at in range(4)),
    *(Outcome(0.5 * at, 0.5 * at + 0.4, 1, True, 6) for at in range(2)),
    title="Alternating users, refresh once (TTL 0.1 s)",
)
QUIET = load_of(Outcome(0.0, 0.0, 0, False))


def drawn(*loads: Load) -> ElementTree.Element:
    notes = ["A row is a thread, a mark is an operation & more.", "Measured by a test."]
    return parsed(svg("Many <threads> log in", loads, notes))


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - Our own.


def of_class(drawing: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in drawing.iter() if each.get("class") == name]


def marks(drawing: ElementTree.Element, kind: str) -> list[tuple[float, float, float]]:
    """Return where the marks of a kind are and how long, the legend's left out."""
    paths = "".join(each.get("d", "") for each in of_class(drawing, kind)[1:])
    found = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", paths)
    assert "".join(f"M{x} {y}h{length}" for x, y, length in found) == paths
    return [(float(x), float(y), float(length)) for x, y, length in found]


def boxes(drawing: ElementTree.Element) -> dict[str, Box]:
    """Return the space that each text takes, at most."""
    found = {}
    for at, text in enumerate(drawing.iter(f"{SVG}text")):
        kind, words = text.get("class", ""), text.text or ""
        width = len(words) * WIDTHS[kind]
        x, y = float(text.get("x", "")), float(text.get("y", ""))
        x -= {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "")]
        found[f"{at} {words}"] = (x, y - HEIGHTS[kind], x + width, y + 3)
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_every_operation_is_a_mark_of_its_kind() -> None:
    drawing = drawn(BUSY, QUIET)

    assert [len(marks(drawing, kind)) for kind in KINDS] == [8, 4, 2]


def test_a_mark_begins_and_ends_with_its_operation() -> None:
    drawing = drawn(load_of(Outcome(1.0, 3.0, 0, True)))

    [(x, _, length)] = marks(drawing, "failed")

    second = (WIDTH - 2 * MARGIN) / 4
    assert (x, length) == (MARGIN + second, 2 * second)


def test_what_took_no_time_is_seen() -> None:
    [(_, _, length)] = marks(drawn(QUIET), "well")

    assert length > 1


def test_each_thread_has_a_row() -> None:
    load = load_of(*(Outcome(0.0, 1.0, 0, False, thread) for thread in range(8)))

    rows = [y for _, y, _ in marks(drawn(load), "well")]

    assert all(below - above >= 6 for above, below in itertools.pairwise(rows))


def test_the_loads_lie_one_below_the_other_on_one_scale() -> None:
    drawing = drawn(load_of(Outcome(1.0, 2.0, 0, True), seconds=2.0), BUSY)

    (x, y, _), *others = marks(drawing, "failed")

    assert x == others[0][0] + (WIDTH - 2 * MARGIN) / 4
    assert y + 40 < others[0][1]


def test_every_rotation_is_marked_from_beginning_to_end_and_numbered() -> None:
    drawing = drawn(BUSY)

    _, *bands = of_class(drawing, "rotation")

    second = (WIDTH - 2 * MARGIN) / 4
    assert [float(band.get("x", "")) for band in bands] == [
        pytest.approx(MARGIN + began * second, abs=0.1) for began, _ in BUSY.rotations
    ]
    assert [float(band.get("width", "")) for band in bands] == [
        pytest.approx((ended - began) * second, abs=0.1) for began, ended in BUSY.rotations
    ]
    numbers = [text.text for text in of_class(drawing, "small") if (text.text or "").isdecimal()]
    assert numbers[:2] == ["1", "2"]


def test_the_numbers_beside_a_load_are_its_own() -> None:
    words = [text.text for text in of_class(drawn(BUSY, QUIET), "small")]

    assert "13 operations, 4 tried again (400 ms p50, 400 ms max), 2 failed" in words
    assert "1 operations, 0 tried again, 0 failed" in words


def test_no_text_lies_on_another_or_beyond_the_edge() -> None:
    drawing = drawn(*[BUSY] * 4)
    height = float(drawing.get("viewBox", "").split()[3])

    spaces = boxes(drawing)

    for (one, space), (other, its_space) in itertools.combinations(spaces.items(), 2):
        assert not overlap(space, its_space), f"{one} and {other}"
    for words, (left, top, right, bottom) in spaces.items():
        assert left > 0 < top, words
        assert right < WIDTH, words
        assert bottom < height, words


def test_no_mark_lies_on_a_text() -> None:
    drawing = drawn(BUSY, QUIET)

    spaces = boxes(drawing)

    for kind in KINDS:
        for x, y, length in marks(drawing, kind):
            mark = (x, y - 3, x + length, y + 3)
            assert [words for words, space in spaces.items() if overlap(mark, space)] == []


def test_a_screen_reader_is_told_title_and_numbers() -> None:
    drawing = drawn(BUSY, QUIET)

    named = {each.get("id"): each.text or "" for each in drawing.iter() if each.get("id")}

    assert drawing.get("role") == "img"
    assert (drawing.get("aria-labelledby") or "").split() == list(named) == ["title", "description"]
    assert named["title"] == "Many <threads> log in"
    assert f"{BUSY.title}: {counted(BUSY)}. Title: {counted(QUIET)}." in named["description"]


def test_it_has_colours_for_light_and_dark_and_needs_nothing_else() -> None:
    text = svg("Heading", [BUSY], [])

    light, dark = text.split("@media (prefers-color-scheme: dark)")
    used = set(re.findall(r"var\((--\w+)\)", text))
    assert used == set(re.findall(r"(--\w+):", light)) == set(re.findall(r"(--\w+):", dark))
    assert not re.search(r"<script|href|url\(|@import", text)


def test_the_drawing_in_the_documents_is_of_the_run_in_their_table() -> None:
    drawing = DRAWING.read_text("utf-8")
    measured = re.compile(r"Measured on (\d{4}-\d\d-\d\d)")

    assert parsed(drawing).tag == f"{SVG}svg"
    [date] = measured.findall((DOCS / "patterns.md").read_text("utf-8"))
    assert {*measured.findall(drawing)} == {date}
