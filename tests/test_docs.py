"""The documents hold: their programs run, their links lead somewhere, their commands exist."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

from secrets_manager.grading.curriculum import curriculum
from secrets_manager.grading.report import course_map, next_step
from secrets_manager.grading.verdict import TaskVerdict, Verdict
from secrets_manager.lab.backends import open_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    path
    for path in (ROOT / "README.md", ROOT / "CLAUDE.md", *(ROOT / "docs").glob("*.md"))
    if path.exists()
)
PROGRAMS = [
    example
    for example in find_examples(*(path for path in DOCUMENTS if path.name != "CLAUDE.md"))
    if example.prefix.startswith("python")
]
# A page is read, not shipped: annotations and docstrings would hide what it shows.
NOT_FOR_PAGES = ["ANN", "D", "EM", "PERF203", "S", "T20", "TRY"]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.M | re.S)


def name_of(item: object) -> str:
    if isinstance(item, CodeExample):
        return f"{item.path.name}:{item.start_line}"
    return item.name if isinstance(item, Path) else str(item)


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


@pytest.fixture
def logging_restored() -> Iterator[None]:
    root, botocore_logger = logging.getLogger(), logging.getLogger("botocore")
    handlers, levels = root.handlers[:], (root.level, botocore_logger.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    botocore_logger.setLevel(levels[1])


@pytest.mark.usefixtures("logging_restored")
@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_every_program_is_tidy_and_prints_what_it_says(
    program: CodeExample, eval_example: EvalExample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printed secret value fails here too: it is a new one each time."""
    for name in ("LOCALSTACK_HOST", "USE_SSL"):  # Wherever the reader's own LocalStack is.
        monkeypatch.delenv(name, raising=False)
    eval_example.set_config(line_length=100, target_version="py310", ruff_ignore=NOT_FOR_PAGES)

    with open_backend("moto"):
        if eval_example.update_examples:
            eval_example.format(program)
            eval_example.run_print_update(program)
        else:
            eval_example.lint(program)
            eval_example.run_print_check(program)


@pytest.mark.parametrize(
    "program", [program for program in PROGRAMS if "def test_" in program.source], ids=name_of
)
def test_every_test_in_a_document_passes_whatever_the_reader_has_set(
    program: CodeExample, tmp_path: Path
) -> None:
    file = tmp_path / "test_from_the_document.py"
    file.write_text(program.source)
    readers = {"AWS_PROFILE": "no-such-profile", "AWS_ENDPOINT_URL": "http://localhost:9"}

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", tmp_path, file],
        env={**os.environ, **readers},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
    assert f"{program.source.count('def test_')} passed" in run.stdout


def test_the_map_in_the_readme_is_the_one_of_a_fresh_clone() -> None:
    exercise, *_ = course = curriculum()
    untouched = Verdict("1", tuple(TaskVerdict(task.id, ()) for task in exercise.tasks))
    drawn = course_map([(exercise, untouched)]).strip().splitlines()
    blocks = FENCE.findall((ROOT / "README.md").read_text("utf-8"))
    [shown] = [text.splitlines() for language, text in blocks if text.startswith("Exercise 1")]

    assert [line for line in shown if line != "  …"] == [
        *drawn[: shown.index("  …")],
        next_step([(exercise, untouched)], course),
    ]


def test_the_program_that_calls_a_function_by_hand_runs_beside_the_exercises(
    tmp_path: Path,
) -> None:
    blocks = FENCE.findall((ROOT / "README.md").read_text("utf-8"))
    [program] = [text for language, text in blocks if language == "py"]
    (tmp_path / "exercises").mkdir()
    read = 'client.get_secret_value(SecretId=name)["SecretString"]'
    learners = f"def load(client, name):\n    return {read}\n"
    (tmp_path / "exercises" / "exercise_1.py").write_text(learners)
    (tmp_path / "scratch.py").write_text(program)

    run = subprocess.run(
        [sys.executable, tmp_path / "scratch.py"], capture_output=True, text=True, check=False
    )

    assert (run.stdout, run.stderr) == ('{"host": "db"}\n', "")


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in links_in(document):
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document

        assert place.is_relative_to(ROOT), target
        assert place.exists(), target
        assert not anchor or anchor in anchors_in(place), target


@each_document
def test_every_make_command_is_a_target(document: Path) -> None:
    targets = make_targets()

    for command in make_commands_in(document):
        wanted = re.sub(r"-N$", "-1", command)  # `make example-N` stands for any of them.
        assert any(fnmatch(wanted, target) for target in targets), f"make {command}"


@each_document
def test_every_policy_is_json_and_allows_only_what_exists(document: Path) -> None:
    model = botocore.session.get_session().get_service_model("secretsmanager")

    for language, text in FENCE.findall(document.read_text("utf-8")):
        if language != "json":
            continue
        content = json.loads(text)
        for statement in content.get("Statement", []):
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                service, _, operation = action.partition(":")
                assert service != "secretsmanager" or operation in model.operation_names, action


def test_every_concept_ends_with_the_page_of_aws_that_it_comes_from() -> None:
    text = (ROOT / "docs" / "concepts.md").read_text("utf-8")

    _, *sections = re.split(r"^## ", text, flags=re.M)

    for section in sections[:-1]:  # The last one says where to go next.
        title, *_, last_line = section.strip().splitlines()
        assert re.search(r"\(https://(docs\.)?aws\.amazon\.com/", last_line), title


def test_links_anchors_and_commands_are_found(tmp_path: Path) -> None:
    """So that the tests above cannot pass because they see nothing."""
    document = tmp_path / "page.md"
    document.write_text(
        "# A page: `code`, and more\n## Twice\n## Twice\n"
        "[one](other.md#part) [two](https://example.org/#x) `[no](link)` [three](#twice-1)\n"
        "Run `make test-N STRICT=1` or `BACKEND=moto make example-1`, then make sure.\n"
        "```bash\nmake setup && make BACKEND=moto examples  # make these\n[no](link)\n```\n"
        "```python\n# make one\n```\n"
    )

    assert links_in(document) == ["other.md#part", "#twice-1"]
    assert anchors_in(document) == {"a-page-code-and-more", "twice", "twice-1"}
    assert make_commands_in(document) == ["test-N", "example-1", "setup", "examples"]
    assert {"help", "setup", "example-2", "test"} <= set(make_targets())
    assert len(PROGRAMS) > 10


def links_in(document: Path) -> list[str]:
    """Return the targets of a document's links to this repository."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", document.read_text("utf-8")))
    targets = re.findall(r"\]\(<?([^)\s>]+)", prose)
    targets += re.findall(r"^\[[^\]]+\]:\s+(\S+)", prose, re.M)
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors_in(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to a document's headings."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text("utf-8")), re.M):
        words = re.sub(r"\]\([^)]*\)", "", heading).strip().lower()
        anchor = first = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while anchor in anchors:
            number += 1
            anchor = f"{first}-{number}"
        anchors.add(anchor)
    return anchors


def make_commands_in(document: Path) -> list[str]:
    """Return the targets that a document tells its reader to make, in code and not in prose."""
    text = document.read_text("utf-8")
    shell = [code for language, code in FENCE.findall(text) if language not in ("python", "json")]
    code = re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) + shell
    uncommented = (re.sub(r"#.*", "", part) for part in code)
    return [
        target
        for part in uncommented
        for target in re.findall(r"\bmake (?:[A-Z_]+=\S* )*([a-z][\w-]*)", part)
    ]


def make_targets() -> list[str]:
    """Return the Makefile's targets, those for several files as patterns."""
    text = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    text = re.sub(r"^\$\(NUMBERS:%=([a-z]+-%)\):", r"\1:", text, flags=re.M)
    rules = re.findall(r"^([a-z][^:=\n]*):(?!=)", text, re.M)
    return [target.replace("%", "*") for rule in rules for target in rule.split()]
