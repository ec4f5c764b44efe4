"""The commands of docs/production.md fit the templates, and AWS's own model of its services."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "production.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", DOCUMENT, re.M | re.S)
COMMANDS = [
    command for block in BLOCKS for command in re.findall(r"\baws (?:[^\n]*\\\n)*[^\n]*", block)
]
OF_THE_CLI = {"--query", "--output"}
# What the CLI adds to the services' own operations.
ADDED = {("s3", "cp"), ("s3", "rm"), ("cloudformation", "deploy"), ("cloudformation", "wait")}
ADDED |= {("logs", "tail"), ("configure", "get")}


@pytest.mark.parametrize(
    "command", COMMANDS, ids=[f"{n} {each.split()[2]}" for n, each in enumerate(COMMANDS)]
)
def test_every_command_is_one_that_aws_has(command: str) -> None:
    _, service, operation, *words = re.sub(r'[")]|\\\n', " ", command).split()
    if (service, operation) in ADDED:
        return
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    assert operation in operations
    shape = model.operation_model(operations[operation]).input_shape
    members = shape.members if shape else {}
    options = {word for word in words if word.startswith("--")} - OF_THE_CLI
    assert options <= {f"--{xform_name(name, '-')}" for name in members}


@pytest.mark.parametrize("name", ["template.yaml", "single-user.yaml"])
def test_a_deployment_gives_every_parameter_that_has_no_default_and_none_that_is_not_there(
    name: str, templates: Any
) -> None:
    [command] = [each for each in COMMANDS if f"production/{name}" in each]

    given = re.findall(r"(\w+)=\"", command.partition("--parameter-overrides")[2])

    parameters = templates[name]["Parameters"]
    assert {each for each, rule in parameters.items() if "Default" not in rule} <= {*given}
    assert {*given} <= parameters.keys()


def test_every_block_that_changes_an_account_says_so() -> None:
    for block in BLOCKS:
        assert "# On AWS: " in block or not re.search(r"^(\w+=\S* )*(\w+=\$\()?aws ", block, re.M)


def test_the_document_names_only_parameters_that_a_template_has(templates: Any) -> None:
    known = {name for each in templates.values() for name in each["Parameters"]}

    named = {"KmsKeyArn", "RotateNow", "AlarmTopicArn", "ScheduleWindow", "Runtime", "Architecture"}

    assert named <= known
    assert all(f"`{name}" in DOCUMENT for name in named)


def test_commands_are_found() -> None:
    """So that the tests above cannot pass because they see nothing."""
    assert len(COMMANDS) > 12
    assert all(shlex.split(command.replace("…", "x"))[0] == "aws" for command in COMMANDS[-2:])
