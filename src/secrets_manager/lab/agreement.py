"""Hold the emulators to AWS: run the table of behaviours, and write docs/emulators.md from it.

python -m secrets_manager.lab.agreement >docs/emulators.md
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from secrets_manager.lab.behaviours import BEHAVIOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from secrets_manager.lab.behaviours import Behaviour

EMULATORS = ("moto", "localstack")
API = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_{}.html"
INTRODUCTION = """\
# What runs here, and what AWS does

Lessons, exercises and tests run on an emulator: moto in the process, or LocalStack beside it.
An emulator is a good sparring partner and a poor witness: where it differs from AWS, believe AWS.

This page is generated (`make docs`) from the table of behaviours that the course relies on.
Each is a small program that the tests run on moto always, and on LocalStack when it answers.
A program that answers as AWS documents agrees; a departure is listed with what happens instead.
The tests fail on the day when a departure heals, so that this page stays true.

What stands below moto is what it does when the lab has opened it.
The lab mends two things that lessons and exercises rely on:
plain reads after AWSCURRENT was moved, and the list of a secret's versions.
"""
LEARNED = """\
## What follows for your own tests

- Compare error codes, never HTTP status or messages: moto answers 404 where AWS answers 400.
- Let no test depend on a size, a name's characters, a policy or a limit being refused:
  emulators accept what AWS refuses. Check them in your own code, before the call.
- Name the version a label moves away from, also for labels of your own.

## How a rotation runs here

Neither emulator runs a rotation function without Docker, and AWS does not reach a database here.
So the lab calls the handler itself, with the events that Lambda would get.

- Under moto it stages a version without a value that is labelled AWSPENDING, as AWS does.
- LocalStack and AWS cannot be reached into.
  There the lab adds this version to the answers of DescribeSecret until the handler has put it.
  A read of it is refused with ResourceNotFoundException, as where it really exists.
  One thing differs: finishSecret before createSecret is refused by the service itself,
  as the version to promote does not exist.

Next: [the concepts](concepts.md), or `make example-3` for a rotation that the lab drives.
"""


def document() -> str:
    """Return docs/emulators.md."""
    return "\n".join([INTRODUCTION, *_departures(BEHAVIOURS), *_agreements(BEHAVIOURS), LEARNED])


def _departures(behaviours: Iterable[Behaviour]) -> Iterator[str]:
    departing = [each for each in behaviours if each.departs]
    yield f"## Where an emulator departs from AWS ({len(departing)})\n"
    yield "| on AWS | AWS | moto | LocalStack |"
    yield "| --- | --- | --- | --- |"
    for each in departing:
        cells = (each.departs.get(name, "as AWS") for name in EMULATORS)
        yield f"| [{each.words}]({API.format(each.page)}) | {each.aws} | {' | '.join(cells)} |"
    yield ""


def _agreements(behaviours: Iterable[Behaviour]) -> Iterator[str]:
    agreeing = [each for each in behaviours if not each.departs]
    yield f"## Where both do as AWS documents ({len(agreeing)})\n"
    for topic, group in itertools.groupby(agreeing, key=lambda each: each.topic):
        yield f"{topic}:\n"
        yield from (f"- [{each.words}]({API.format(each.page)}): {each.aws}" for each in group)
        yield ""


if __name__ == "__main__":
    print(document(), end="")
