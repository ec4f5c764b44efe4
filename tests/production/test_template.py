"""The template gives the function what the handler needs, and nothing more."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from secrets_manager.lab.backends import default_session, listening
from secrets_manager.lab.rotation import rotate_secret
from secrets_manager.production import package

if TYPE_CHECKING:
    from types import ModuleType

SECRETS = "secretsmanager:"
LONGEST_CALL_SECONDS = 15  # What `get_secrets_client` says.


@pytest.fixture
def calls(shop: Any, solution: Path) -> list[tuple[str, str, str]]:
    """Step, operation and secret of every call that the solution makes in two rotations."""
    names = {shop.secret_arn: "SecretArn", shop.master_arn: "MasterSecretArn"}
    heard: list[tuple[str, str, str]] = []
    exercise = load(solution)

    def handler(event: dict[str, str], context: object) -> None:
        def hear(params: dict[str, Any], model: Any, **_: Any) -> None:
            heard.append((event["Step"], model.name, names.get(params.get("SecretId", ""), "*")))

        heard_on = {"before-parameter-build.secretsmanager": hear}
        with listening(heard_on, default_session().events):
            exercise.handler(event, context)

    for _ in range(2):
        rotate_secret(shop.client, shop.secret_arn, handler)
    return heard


def test_the_role_may_call_what_the_handler_calls_and_nothing_else(
    calls: list[tuple[str, str, str]], template: Any
) -> None:
    allowed = {
        (action.removeprefix(SECRETS), resource)
        for statement in statements(template)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if action.startswith(SECRETS)
    }

    assert allowed == {(operation, secret) for _, operation, secret in calls}


def test_the_function_has_time_for_a_step_whose_every_call_takes_as_long_as_it_may(
    calls: list[tuple[str, str, str]], template: Any, solution: Path
) -> None:
    exercise, rotations = load(solution), 2
    most = max(sum(step == each for each, _, _ in calls) for step, _, _ in calls) / rotations
    logins_and_lock = exercise.LOGIN_SECONDS * 2 + exercise.LOCK_SECONDS

    timeout = template["Resources"]["Function"]["Properties"]["Timeout"]

    assert timeout >= most * LONGEST_CALL_SECONDS + logins_and_lock


def test_no_statement_but_those_that_iam_cannot_narrow_is_for_every_resource(template: Any) -> None:
    for_all = {
        statement["Sid"]
        for statement in statements(template)
        if "*" in as_list(statement["Resource"]) and statement["Effect"] == "Allow"
    }

    assert for_all == {"APassword", "NetworkInterfaces"}


def test_the_key_is_used_through_secrets_manager_and_for_these_secrets_alone(template: Any) -> None:
    [key] = [each for each in statements(template) if each["Sid"] == "TheKey"]

    assert key["Condition"]["StringEquals"] == {
        "kms:ViaService": {"Sub": "secretsmanager.${AWS::Region}.amazonaws.com"},
        "kms:EncryptionContext:SecretARN": [{"Ref": "SecretArn"}, {"Ref": "MasterSecretArn"}],
    }


def test_the_template_expects_the_zip_as_it_is_built_unless_told_otherwise(template: Any) -> None:
    parameters = template["Parameters"]
    function = template["Resources"]["Function"]["Properties"]

    assert parameters["Runtime"]["Default"] == package.RUNTIME
    assert parameters["Architecture"]["Default"] == package.build.__defaults__[0]  # type: ignore[index]
    assert {*parameters["Architecture"]["AllowedValues"]} == {*package.PLATFORMS}
    assert function["Handler"] == f"{Path(package.HANDLER).stem}.handler"


def test_no_parameter_lets_a_password_travel_unencrypted(template: Any) -> None:
    mode = template["Parameters"]["SslMode"]
    variables = template["Resources"]["Function"]["Properties"]["Environment"]["Variables"]

    assert mode["Default"] == "verify-full"
    assert {*mode["AllowedValues"]} <= {"verify-full", "verify-ca", "require"}
    assert variables["PGSSLMODE"] == {"Ref": "SslMode"}
    assert variables["PGSSLROOTCERT"] == f"/var/task/{package.CA_BUNDLE}"


def load(file: Path) -> ModuleType:
    """Return a file as a module."""
    spec = spec_from_file_location("solution_of_exercise_3", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)  # Its dataclasses look there.
    spec.loader.exec_module(module)
    return module


def statements(template: Any) -> list[dict[str, Any]]:
    """Return every statement of the role's policies, those for some parameters included."""
    policies = template["Resources"]["Role"]["Properties"]["Policies"]
    found = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    return [each["If"][1] if "If" in each else each for each in found]


def as_list(item: Any) -> list[str]:
    """Return one item or several as a list; a reference to a parameter is its name."""
    items = item if isinstance(item, list) else [item]
    return [str(each.get("Ref", each)) if isinstance(each, dict) else each for each in items]
