"""Draw loads as one SVG: every operation of every thread, beneath the rotations it met.

The drawing needs no script, follows the reader's light or dark scheme, and says in its title and
description what a screen reader should.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from secrets_manager.lab.workload import retry_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from secrets_manager.lab.workload import Load, Outcome

WIDTH, MARGIN = 880, 28
TOP = 92  # Heading and legend.
ROW = 7  # Of one thread.
TITLE = 40  # Of a lane: its title, and the numbers of its rotations.
GAP = 22
SHORTEST = 1.5  # What took no time is seen as well.

# Kinds differ in height, too, for those who do not see the colours.
KINDS = {"well": "went well", "retried": "refused, tried again, went well", "failed": "failed"}

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: var(--text) }
.heading { font-size: 19px; font-weight: 600 }
.lane { font-weight: 600 }
.small { font-size: 12px; fill: var(--faint) }
.card { fill: var(--card); stroke: var(--line) }
.rotation { fill: var(--band) }
.axis { stroke: var(--line) }
.well, .retried, .failed { fill: none }
.well { stroke: var(--well); stroke-width: 2 }
.retried { stroke: var(--retried); stroke-width: 4 }
.failed { stroke: var(--failed); stroke-width: 6 }
svg { --card: #fff; --line: #d0d7de; --band: #e9edf1; --text: #1f2328; --faint: #59636e;
  --well: #4a86b8; --retried: #b97700; --failed: #cf222e }
@media (prefers-color-scheme: dark) {
  svg { --card: #0d1117; --line: #3d444d; --band: #262c36; --text: #e6edf3; --faint: #9ea7b3;
    --well: #5f9fd6; --retried: #e5ac3f; --failed: #ff6a60 }
}"""


def svg(heading: str, loads: Sequence[Load], notes: Sequence[str]) -> str:
    """Return a drawing of these loads, one above the other on one scale of time.

    *notes* are its last lines: what was measured, when, and with which command.
    """
    scale = (WIDTH - 2 * MARGIN) / max(load.seconds for load in loads)
    body: list[str] = []
    y = TOP
    for load in loads:
        body += _lane(load, y, scale)
        y += _height(load) + GAP
    body += _axis(max(load.seconds for load in loads), y, scale)
    body += [_text(MARGIN, y + 44 + 18 * at, note, "small") for at, note in enumerate(notes)]
    height = y + 44 + 18 * len(notes)
    spoken = " ".join(f"{load.title}: {counted(load)}." for load in loads)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            ' role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(heading)}</title>',
            f'<desc id="description">{escape(" ".join([spoken, *notes]))}</desc>',
            f"<style>\n{STYLE}\n</style>",
            f'<rect class="card" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
            _text(MARGIN, 36, heading, "heading"),
            *_legend(64),
            *body,
            "</svg>\n",
        ]
    )


def counted(load: Load) -> str:
    """Return in words how the operations of a load ended."""
    retried, failed = len(load.retries), load.failed
    median, slowest = retry_times(load)
    times = f" ({median} p50, {slowest} max)" if retried else ""
    return f"{len(load.outcomes)} operations, {retried} tried again{times}, {failed} failed"


def _lane(load: Load, y: float, scale: float) -> Iterator[str]:
    """Draw one load with its upper edge at *y*: a row for each thread."""
    yield _text(MARGIN, y + 14, load.title, "lane")
    yield _text(WIDTH - MARGIN, y + 14, counted(load), "small", "end")
    for number, (began, ended) in enumerate(load.rotations, 1):
        x, width = MARGIN + began * scale, (ended - began) * scale
        yield (
            f'<rect class="rotation" x="{x:.1f}" y="{y + 22}" width="{width:.1f}"'
            f' height="{_height(load) - 22}"/>'
        )
        yield _text(x + width / 2, y + 34, str(number), "small", "middle")
    for kind in KINDS:
        marks = [_mark(each, y, scale) for each in load.outcomes if _kind(each) == kind]
        if marks:
            yield f'<path class="{kind}" d="{"".join(marks)}"/>'


def _mark(outcome: Outcome, y: float, scale: float) -> str:
    x = MARGIN + outcome.started * scale
    length = max((outcome.ended - outcome.started) * scale, SHORTEST)
    return f"M{x:.1f} {y + TITLE + ROW * (outcome.thread + 0.5):g}h{length:.1f}"


def _kind(outcome: Outcome) -> str:
    if outcome.failed:
        return "failed"
    return "retried" if outcome.refused else "well"


def _height(load: Load) -> int:
    threads = 1 + max((outcome.thread for outcome in load.outcomes), default=0)
    return TITLE + ROW * threads + 4


def _legend(y: float) -> Iterator[str]:
    x = MARGIN
    for (kind, words), width in zip(KINDS.items(), (110, 250, 90), strict=True):
        yield f'<path class="{kind}" d="M{x} {y - 4}h18"/>'
        yield _text(x + 26, y, words, "small")
        x += width
    yield f'<rect class="rotation" x="{x}" y="{y - 12}" width="18" height="16"/>'
    yield _text(x + 26, y, "a rotation, createSecret to finishSecret", "small")


def _axis(seconds: float, y: float, scale: float) -> Iterator[str]:
    """Draw the seconds, each half of one."""
    yield f'<path class="axis" d="M{MARGIN} {y}H{WIDTH - MARGIN}"/>'
    for half in range(int(seconds * 2) + 1):
        x = MARGIN + half / 2 * scale
        yield f'<path class="axis" d="M{x:.1f} {y}v5"/>'
        unit = " s" if half == 0 else ""
        yield _text(x, y + 18, f"{half / 2:g}{unit}", "small", "start" if half == 0 else "middle")


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'
    )
