"""The checks of exercise 1, the config manager."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ClientError, ReadTimeoutError

from secrets_manager import SecretError
from secrets_manager.grading.checks import error_of, expect, leaks, same, task, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Canary = Callable[[], str]

LOOKS = ("DescribeSecret", "ListSecretVersionIds", "ListSecrets")
READS = ("GetSecretValue", "BatchGetSecretValue", *LOOKS)
WRITES = ("CreateSecret", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage")
REASONS = ("binary", "not JSON", "not an object", "no value yet")
MAX_VALUE_BYTES = 65_536


@pytest.fixture
def name() -> str:
    """The name of one secret that nobody else uses."""
    return f"shop-{uuid.uuid4().hex}/prod"


# Task 1.1


@task("1.1")
def test_load_returns_the_json_object(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """The configuration comes back as the dict that was stored, to its last level."""
    config = {"host": "db", "port": 5432, "login": {"password": canary()}, "tags": [1, None, True]}
    client.create_secret(Name=name, SecretString=json.dumps(config))

    result = exercise.load(client, name)

    expect(same(result, config), f"load() returned {told(result)}, not what the secret holds")


@task("1.1")
def test_load_returns_none_for_a_missing_secret(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """A secret that does not exist is None, since a program may well start without it."""
    result = exercise.load(client, name)

    expect(result is None, f"load() returned {told(result)} for a secret that does not exist")


@task("1.1")
def test_load_reads_the_current_version_each_time(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Each load asks AWS for the version labelled AWSCURRENT, or a change is never seen."""
    old, new = {"key": canary()}, {"key": canary()}
    client.create_secret(Name=name, SecretString=json.dumps(old))
    trial = json.dumps({"key": canary()})
    client.put_secret_value(SecretId=name, SecretString=trial, VersionStages=["TRIAL"])
    result = exercise.load(client, name)
    expect(same(result, old), "load() did not return the current value while another is on trial")
    put_text(client, name, json.dumps(new))

    result = exercise.load(client, name)

    expect(same(result, new), "load() did not return the new value after it was put")


@task("1.1")
def test_load_lets_other_refusals_pass(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A throttled call, or a secret about to be deleted, is an error and no missing secret."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    error = refusal(exercise, "load", ClientError, client, name)
    expect_code(error, "InvalidRequestException", "load")
    refuse(client, "GetSecretValue", "ThrottlingException")

    error = refusal(exercise, "load", ClientError, client, name)

    expect_code(error, "ThrottlingException", "load")


@task("1.1")
def test_load_does_not_take_a_denied_read_for_a_missing_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A read that AWS denies is an error and not None, or the shop starts with its defaults."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    refuse(client, "GetSecretValue", "AccessDeniedException")

    error = refusal(exercise, "load", (ClientError, exercise.ForbiddenConfigError), client, name)

    if isinstance(error, ClientError):
        expect_code(error, "AccessDeniedException", "load")


# Task 1.2


@task("1.2")
def test_require_returns_the_configuration(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where nothing is wrong, require returns the dict that was stored."""
    config: dict[str, Any] = {"login": {"password": canary()}, "port": 5432}
    client.create_secret(Name=name, SecretString=json.dumps(config))
    result = exercise.require(client, name)
    expect(same(result, config), f"require() returned {told(result)}, not what the secret holds")
    client.put_secret_value(SecretId=name, SecretString="{}")

    result = exercise.require(client, name)

    expect(same(result, {}), f"require() returned {told(result)} for an object without keys")


@task("1.2")
def test_require_tells_absent_from_without_a_value(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """A secret without a value is not absent, though AWS has one code for both."""
    error = refusal(exercise, "require", exercise.AbsentConfigError, client, name)
    expect_name(error, name, "AbsentConfigError")
    client.create_secret(Name=name)

    expect_unusable(exercise, client, name, "no value yet")


@task("1.2")
def test_require_tells_what_is_unusable_about_a_value(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Bytes, text that is not JSON, and JSON that is no object: the error says which it is."""
    client.create_secret(Name=name, SecretBinary=canary().encode())
    expect_unusable(exercise, client, name, "binary")
    put_text(client, name, canary())
    expect_unusable(exercise, client, name, "not JSON")
    put_text(client, name, f'{{"password": "{canary()}",}}')
    expect_unusable(exercise, client, name, "not JSON")

    for value in ([canary()], [], canary(), 5432, 0, True, False, None):
        put_text(client, name, json.dumps(value))
        expect_unusable(exercise, client, name, "not an object")


@task("1.2")
def test_require_refuses_json_that_is_too_deep(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """A text that json.loads gives up for its depth is "not JSON", as any that it cannot read."""
    client.create_secret(Name=name, SecretString='{"a":' + "[" * 60_000)

    expect_unusable(exercise, client, name, "not JSON")


@task("1.2")
def test_require_holds_no_value_in_its_errors(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """No error holds the value, also not its cause, its context, or a local of a function."""
    client.create_secret(Name=name, SecretBinary=b"\x30\x82")
    secret = canary()
    values: dict[str, dict[str, Any]] = {
        "not JSON": {"SecretString": f'{{"password": "{secret}",}}'},
        "not an object": {"SecretString": f'["{secret}"]'},
        "binary": {"SecretBinary": secret.encode()},
    }
    for function in ("require", "load"):
        for reason, value in values.items():
            client.put_secret_value(SecretId=name, **value)

            error = refusal(exercise, function, exercise.UnusableConfigError, client, name)

            expect(
                not leaks(error, [secret]),
                f"the error that {function}() raised for a value that is {reason} holds the value: "
                "in its text or attributes, its cause or context, or a local in its traceback",
            )


@task("1.2")
def test_require_tells_forbidden_from_absent(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """A denied call is forbidden, be it the read or the look that tells absent from empty."""
    for number, operations in enumerate((LOOKS, ("GetSecretValue", "BatchGetSecretValue"))):
        denied = f"{name}/{number}"
        for operation in operations:
            refuse(client, operation, "AccessDeniedException", denied)

        error = refusal(exercise, "require", exercise.ForbiddenConfigError, client, denied)

        expect_name(error, denied, "ForbiddenConfigError")


@task("1.2")
def test_require_lets_other_refusals_pass(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """What is neither absent nor forbidden passes as the ClientError that it is, from any call."""
    for operation in LOOKS:
        refuse(client, operation, "InternalServiceError")
    error = refusal(exercise, "require", ClientError, client, name)
    expect_code(error, "InternalServiceError", "require")
    for operation in ("GetSecretValue", "BatchGetSecretValue"):
        refuse(client, operation, "DecryptionFailure")

    error = refusal(exercise, "require", ClientError, client, name)

    expect_code(error, "DecryptionFailure", "require")


@task("1.2")
def test_load_tells_the_same_apart(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Now load raises what require raises, and answers None for nothing but an absent secret."""
    refusal(exercise, "require", exercise.AbsentConfigError, client, name)
    result = exercise.load(client, name)
    expect(result is None, f"load() returned {told(result)} for a secret that does not exist")

    client.create_secret(Name=name)
    error = refusal(exercise, "load", exercise.UnusableConfigError, client, name)
    expect_reason(error, "no value yet")
    put_text(client, name, canary())
    error = refusal(exercise, "load", exercise.UnusableConfigError, client, name)
    expect_reason(error, "not JSON")
    refuse(client, "GetSecretValue", "AccessDeniedException")
    refusal(exercise, "load", exercise.ForbiddenConfigError, client, name)


# Task 1.3


@task("1.3")
def test_merge_goes_into_objects(exercise: Any) -> None:
    """Objects are merged at every level, so that an environment says only what is different."""
    base = {"a": 1, "db": {"host": "db", "pool": {"size": 5, "wait": 2}}, "mail": {"from": "shop"}}
    overlay = {"b": 2, "db": {"pool": {"size": 50}, "name": "prod"}}

    result = exercise.merge(base, overlay)

    wanted = {
        "a": 1,
        "b": 2,
        "db": {"host": "db", "name": "prod", "pool": {"size": 50, "wait": 2}},
        "mail": {"from": "shop"},
    }
    expect(same(result, wanted), "merge() lost, kept or mixed up a key at some level")


@task("1.3")
def test_merge_replaces_what_is_not_two_objects(exercise: Any) -> None:
    """What is not an object on both sides is replaced as a whole, also by null or 0."""
    base = {"list": [1, 2], "null": 1, "flat": {"x": 1}, "deep": 1, "zero": 5, "text": "x", "o": {}}
    overlay = {
        "list": [3],
        "null": None,
        "flat": "x",
        "deep": {"x": 1},
        "zero": 0,
        "text": "",
        "o": [],
    }

    result = exercise.merge(base, overlay)

    expect(same(result, overlay), "merge() did not let the overlay replace a value as a whole")
    result = exercise.merge({"x": {"y": {"z": 1}}, "n": None}, {"x": {}, "n": {"m": False}})
    wanted = {"x": {"y": {"z": 1}}, "n": {"m": False}}
    expect(same(result, wanted), "merge() went wrong where one side is an empty object or null")


@task("1.3")
def test_merge_neither_changes_nor_shares(exercise: Any) -> None:
    """Arguments stay as they are and share nothing with the result, as a base has many overlays."""
    base = {"db": {"pool": {"size": 5}}, "hosts": [{"name": "a"}], "both": {"of": {"base": []}}}
    overlay = {"mail": {"to": [{"name": "x"}]}, "both": {"also": {"deep": [1]}}}
    before = json.dumps([base, overlay])

    result = exercise.merge(base, overlay)

    expect(json.dumps([base, overlay]) == before, "merge() changed one of its arguments")
    shared = containers(result) & (containers(base) | containers(overlay))
    expect(not shared, "merge() returned an object or array that belongs to one of its arguments")


@task("1.3")
def test_lookup_follows_a_dotted_path(exercise: Any, canary: Canary) -> None:
    """A dotted path leads through objects to what is there, be it null, false, 0 or an object."""
    pool = {"size": 0, "name": "", "trace": False, "limit": None, "hosts": []}
    config = {"key": canary(), "db": {"pool": pool}}

    for path, wanted in (
        ("key", config["key"]),
        ("db.pool", pool),
        *((f"db.pool.{key}", value) for key, value in pool.items()),
    ):
        result = exercise.lookup(config, path)
        expect(same(result, wanted), f"lookup() returned {told(result)} at {path}")


@task("1.3")
def test_lookup_names_the_first_part_that_is_missing(exercise: Any, canary: Canary) -> None:
    """The error names the path and the first part that is not there, and quotes nothing that is."""
    values = [canary(), canary()]
    config = {"db": {"pool": {"size": 5}, "login": {"password": values[0]}}, "key": values[1]}

    for path, missing in (
        ("mail", "mail"),
        ("mail.server.port", "mail"),
        ("db.prot", "db.prot"),
        ("db.pol.size", "db.pol"),
        ("db.login.secret", "db.login.secret"),
    ):
        error = refusal(exercise, "lookup", exercise.MissingKeyError, config, path)
        expect(same(error.path, path), f"the error for the path {path} has another path")
        expect(
            same(error.missing, missing),
            f"the error for the path {path} calls another part missing",
        )
        expect(not quotes(error, values), f"the error for the path {path} holds a value")


@task("1.3")
def test_lookup_leads_into_nothing_but_objects(exercise: Any, canary: Canary) -> None:
    """A path into a string, an array or null is missing, whatever letters or items there are."""
    value = canary()
    config = {"host": f"shop{value}", "zones": ["a", value], "port": 5432, "on": True, "off": None}

    for path in ("host.shop", "host.0", "zones.a", "zones.0", "port.real", "on.real", "off.x"):
        error = refusal(exercise, "lookup", exercise.MissingKeyError, config, path)
        expect(
            same(error.missing, path), f"the error for the path {path} calls another part missing"
        )
        expect(not quotes(error, [value]), f"the error for the path {path} holds a value")
    error = refusal(exercise, "lookup", exercise.MissingKeyError, config, "port.unit.name.x")
    expect(
        same(error.missing, "port.unit"),
        "the error for the path port.unit.name.x calls another part missing",
    )


# Task 1.4


@task("1.4")
def test_save_creates_or_puts(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Each save is the current version under the caller's token, in a new secret or an old one."""
    for config in ({"key": canary(), "città": "Zürich"}, {"key": canary(), "on": [True, None]}):
        token = new_token()

        result = exercise.save(client, name, config, token)

        expect(same(result, token), f"save() returned {told(result)}, not the new version's id")
        version, text = current(client, name)
        expect(version == token, "the current version's id is not the token after save()")
        expect(same(json.loads(text), config), "the current value is not what was saved")


@task("1.4")
def test_save_stores_what_changed_and_nothing_else(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """The same JSON in any order of keys makes no new version, and true in place of 1 makes one."""
    value = canary()
    client.create_secret(Name=name, SecretString=f'{{"b": {{"y":[1],"x":"{value}"}},   "a": "ö"}}')
    before, _ = current(client, name)
    made = requests(client)

    result = exercise.save(client, name, {"a": "ö", "b": {"x": value, "y": [1]}}, new_token())

    expect(not written(made), "save() stored a configuration that the secret has already")
    expect(same(result, before), "save() did not return the id of the version that is current")
    changed = {"a": "ö", "b": {"x": value, "y": [True]}}
    exercise.save(client, name, changed, new_token())
    _, text = current(client, name)
    expect(same(json.loads(text), changed), "save() did not store a change from 1 to true")


@task("1.4")
def test_save_survives_a_lost_answer(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """After a lost answer, the same call with the same token ends with one version and not two."""
    update_as_aws_does(client)
    for operations in (("CreateSecret",), ("PutSecretValue", "UpdateSecret")):
        config, token = {"key": canary()}, new_token()
        lose_one_answer(client, *operations)
        error_of(exercise.save, client, name, config, token)

        result = exercise.save(client, name, config, token)

        expect(same(result, token), f"save() returned {told(result)}, not the token, when repeated")
    count = len(versions(client, name))
    expect(count == 2, f"two configurations, saved with lost answers, made {count} versions")


@task("1.4")
def test_save_uses_a_token_up(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A late repetition of a save undoes nothing, and a token with another value is refused."""
    update_as_aws_does(client)
    early, late = {"key": canary()}, {"key": canary()}
    tokens = [new_token(), new_token()]
    exercise.save(client, name, early, tokens[0])
    exercise.save(client, name, late, tokens[1])

    result = exercise.save(client, name, early, tokens[0])

    version, _ = current(client, name)
    expect(version == tokens[1], "the late call took AWSCURRENT from the newer version")
    expect(len(versions(client, name)) == 2, "the late call made another version")
    expect(same(result, tokens[0]), f"save() returned {told(result)}, not the token, when repeated")
    error = refusal(exercise, "save", ClientError, client, name, {"key": canary()}, tokens[1])
    expect_code(error, "ResourceExistsException", "save")
    now = json.loads(current(client, name)[1])
    expect(same(now, late), "a save whose token AWS refused has changed the value")


@task("1.4")
def test_save_replaces_what_is_unusable(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Save mends a secret that has no value yet or an unusable one, or nobody ever could."""
    values: tuple[dict[str, Any], ...] = (
        {},
        {"SecretBinary": canary().encode()},
        {"SecretString": canary()},
        {"SecretString": json.dumps([canary()])},
    )
    for number, value in enumerate(values):
        broken, config = f"{name}/{number}", {"key": canary()}
        client.create_secret(Name=broken, **value)

        exercise.save(client, broken, config, new_token())

        _, text = current(client, broken)
        expect(same(json.loads(text), config), "the current value is not what was saved")


@task("1.4")
def test_save_measures_bytes_before_it_calls(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """65,536 bytes fit and one more is refused before AWS is called; bytes are not characters."""
    value, made = canary(), requests(client)
    for letter in ("x", "ä", "€"):
        size = MAX_VALUE_BYTES + 1
        config = filled(value, letter, size)

        error = refusal(
            exercise, "save", exercise.ConfigTooLargeError, client, name, config, new_token()
        )

        expect(not made, f"save() called {made[0][0] if made else ''} with a value that is too big")
        expect_name(error, name, "ConfigTooLargeError")
        expect(same(error.size_bytes, size), "the error's size_bytes is not the text's in UTF-8")
        expect(not quotes(error, [value]), "the error, its cause or its context holds the value")
    for letter in ("x", "ä", "€"):
        config = filled(value, letter, MAX_VALUE_BYTES)
        exercise.save(client, name, config, new_token())
        _, text = current(client, name)
        expect(same(json.loads(text), config), "the current value is not what was saved")
        size = len(text.encode())
        expect(size <= MAX_VALUE_BYTES, f"save() sent {size} bytes, which AWS refuses")


@task("1.4")
def test_save_meets_another_that_creates_the_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where another program creates the secret at this very moment, the value is put instead."""
    others = json.dumps({"key": canary()})

    def be_quicker(**_: Any) -> None:
        client.meta.events.unregister("provide-client-params.*.CreateSecret", be_quicker)
        client.create_secret(Name=name, SecretString=others)

    client.meta.events.register("provide-client-params.*.CreateSecret", be_quicker)
    config, token = {"key": canary()}, new_token()

    result = exercise.save(client, name, config, token)

    version, text = current(client, name)
    expect(same(json.loads(text), config), "the current value is not what was saved")
    expect(version == token, "the current version's id is not the token after save()")
    expect(same(result, token), f"save() returned {told(result)}, not the new version's id")


@task("1.4")
def test_save_stores_nothing_over_what_it_cannot_read(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where the current value cannot be read for now, that error passes and nothing is stored."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    for operation in READS:
        refuse(client, operation, "ThrottlingException")
    made = requests(client)

    error = refusal(exercise, "save", ClientError, client, name, {"key": canary()}, new_token())

    expect_code(error, "ThrottlingException", "save")
    expect(not written(made), "save() stored a value though it could not read the current one")


@task("1.4")
def test_save_tells_what_is_forbidden(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied call is a ForbiddenConfigError that names the secret, whichever call it is."""
    for number, denied in enumerate((READS, ("CreateSecret",), ("PutSecretValue", "UpdateSecret"))):
        secret = f"{name}/{number}"
        if denied != ("CreateSecret",):
            client.create_secret(Name=secret, SecretString=json.dumps({"key": canary()}))
        for operation in denied:
            refuse(client, operation, "AccessDeniedException", secret)
        arguments = client, secret, {"key": canary()}, new_token()

        error = refusal(exercise, "save", exercise.ForbiddenConfigError, *arguments)

        expect_name(error, secret, "ForbiddenConfigError")


# Task 1.5


@task("1.5")
def test_roll_back_moves_the_label(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """The previous version is current again, by a moved label and not by a value put anew."""
    oldest, good, bad = three_versions(client, canary, name)

    result = exercise.roll_back(client, name, bad)

    labels = labels_of(client, name)
    expect(labels.get("AWSCURRENT") == good, "AWSCURRENT is not on the previous version")
    expect(labels.get("AWSPREVIOUS") == bad, "AWSPREVIOUS is not on the version rolled back from")
    # LocalStack forgets a version without labels when one moves, so there may be two.
    new = {each["VersionId"] for each in versions(client, name)} - {oldest, good, bad}
    expect(not new, "roll_back() stored a new version")
    expect(same(result, good), f"roll_back() returned {told(result)}, not the current version's id")


@task("1.5")
def test_roll_back_is_from_the_bad_version_alone(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A second roll-back must not bring the bad version back, nor take away a newer one."""
    _, good, bad = three_versions(client, canary, name)
    exercise.roll_back(client, name, bad)
    result = exercise.roll_back(client, name, bad)
    now = labels_of(client, name).get("AWSCURRENT")
    expect(now == good, "after a second roll-back the bad version is current again")
    expect(same(result, good), f"roll_back() returned {told(result)}, not the current version's id")
    repaired = put_text(client, name, json.dumps({"key": canary()}))

    result = exercise.roll_back(client, name, bad)

    now = labels_of(client, name).get("AWSCURRENT")
    expect(now == repaired, "roll_back() took AWSCURRENT from a version that is not the bad one")
    expect(same(result, repaired), "roll_back() did not return the current version's id")


@task("1.5")
def test_roll_back_lets_aws_check_the_bad_version(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A version saved between the look and the move stays current: AWS can check this, at once."""
    _, _, bad = three_versions(client, canary, name)
    repaired = new_token()

    def be_quicker(**_: Any) -> None:
        client.meta.events.unregister("before-call.*.UpdateSecretVersionStage", be_quicker)
        put_text(client, name, json.dumps({"key": canary()}), repaired)

    client.meta.events.register("before-call.*.UpdateSecretVersionStage", be_quicker)

    error = error_of(exercise.roll_back, client, name, bad)

    if error is not None and not isinstance(error, ClientError):
        raise error
    now = labels_of(client, name).get("AWSCURRENT")
    expect(now == repaired, "roll_back() took AWSCURRENT from a version that is not the bad one")


@task("1.5")
def test_roll_back_needs_a_previous_version(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Without a version to go back to, a typed error says so and names the secret."""
    only = client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))["VersionId"]
    client.create_secret(Name=f"{name}/empty")

    for secret in (name, f"{name}/empty"):
        error = refusal(
            exercise, "roll_back", exercise.NothingToRollBackError, client, secret, only
        )
        expect_name(error, secret, "NothingToRollBackError")
    expect(
        labels_of(client, name) == {"AWSCURRENT": only}, "roll_back() moved a label all the same"
    )


@task("1.5")
def test_roll_back_tells_forbidden_from_the_rest(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied call is a ForbiddenConfigError, and any other refusal passes as it is."""
    _, _, bad = three_versions(client, canary, name)
    looks = ("DescribeSecret", "ListSecretVersionIds", "GetSecretValue")
    for code, kind in (
        ("AccessDeniedException", exercise.ForbiddenConfigError),
        ("InternalServiceError", ClientError),
    ):
        for operations in (looks, ("UpdateSecretVersionStage",)):
            stop = [refuse(client, operation, code) for operation in operations]
            error = refusal(exercise, "roll_back", kind, client, name, bad)
            if isinstance(error, ClientError):
                expect_code(error, code, "roll_back")
            else:
                expect_name(error, name, "ForbiddenConfigError")
            for each in stop:
                each()


# Task 1.6


@task("1.6")
def test_load_many_loads_by_name(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Every configuration comes back under the name that it was asked for by."""
    stored = {f"{name}/{stage}": {"key": canary(), "n": [1]} for stage in ("base", "test", "prod")}
    for secret, config in stored.items():
        client.create_secret(Name=secret, SecretString=json.dumps(config))

    configs, problems = many(exercise, client, list(stored))

    expect(
        same(configs, stored),
        f"load_many() has {told(configs)} as configs, not the three that are stored",
    )
    expect(
        same(problems, {}), f"load_many() has {told(problems)} as problems though nothing is wrong"
    )


@task("1.6")
def test_load_many_asks_for_twenty_at_a_time(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """AWS takes 20 names a call, so 45 names are 3 calls and 20 are one: neither more nor fewer."""
    stored = {f"{name}/{number}": json.dumps({"key": canary()}) for number in range(65)}
    answer_batches(client, stored)
    made = requests(client)

    for first, count, calls in ((0, 45, 3), (45, 20, 1), (65, 0, 0)):
        made.clear()
        names = list(stored)[first : first + count]
        configs, problems = many(exercise, client, names)

        batches = [body.get("SecretIdList", []) for _, body in made]
        largest = max(map(len, batches), default=0)
        expect(largest <= 20, f"load_many() asked for {largest} secrets in one call")
        expect(len(made) == calls, f"load_many() made {len(made)} calls for {count} names")
        wanted = {secret: json.loads(stored[secret]) for secret in names}
        expect(
            same(configs, wanted), f"load_many() has {told(configs)} as configs after {count} names"
        )
        expect(
            same(problems, {}),
            f"load_many() has {told(problems)} as problems though nothing is wrong",
        )


@task("1.6")
def test_load_many_reads_every_page(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """While there is a NextToken there is more to come, even if an answer holds nothing at all."""
    stored = {f"{name}/{number}": json.dumps({"key": canary()}) for number in range(22)}
    answer_batches(client, stored, page_size=8, problems={f"{name}/15": "DecryptionFailure"})

    configs, problems = many(exercise, client, list(stored))

    wanted = {each: json.loads(text) for each, text in stored.items() if each != f"{name}/15"}
    expect(
        same(configs, wanted),
        f"load_many() has {told(configs)} as configs, where 21 came in several pages",
    )
    expect([*problems] == [f"{name}/15"], "the problem that a later page reported is not told")


@task("1.6")
def test_load_many_tells_absent_from_without_a_value(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """What AWS did not find is absent or has no value yet, told apart as require does it."""
    absent, empty, well = f"{name}/absent", f"{name}/empty", f"{name}/well"
    config = {"key": canary()}
    client.create_secret(Name=empty)
    client.create_secret(Name=well, SecretString=json.dumps(config))
    codes = dict.fromkeys((absent, empty), "ResourceNotFoundException")
    answer_batches(client, {well: json.dumps(config)}, problems=codes)

    configs, problems = many(exercise, client, [absent, well, empty])

    expect(
        same(configs, {well: config}),
        f"load_many() has {told(configs)} as configs, where one is well",
    )
    expect_problem(problems, absent, exercise.AbsentConfigError)
    error = expect_problem(problems, empty, exercise.UnusableConfigError)
    expect_reason(error, "no value yet")


@task("1.6")
def test_load_many_tells_which_is_forbidden(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied secret is told by name and type, and the others are loaded all the same."""
    denied, hidden, well = f"{name}/denied", f"{name}/hidden", f"{name}/well"
    config = {"key": canary()}
    client.create_secret(Name=well, SecretString=json.dumps(config))
    codes = {denied: "AccessDeniedException", hidden: "ResourceNotFoundException"}
    answer_batches(client, {well: json.dumps(config)}, problems=codes)
    for operation in ("DescribeSecret", "GetSecretValue"):
        refuse(client, operation, "AccessDeniedException", denied)
        refuse(client, operation, "AccessDeniedException", hidden)

    configs, problems = many(exercise, client, [denied, hidden, well])

    expect(
        same(configs, {well: config}),
        f"load_many() has {told(configs)} as configs, where one is well",
    )
    expect_problem(problems, denied, exercise.ForbiddenConfigError)
    expect_problem(problems, hidden, exercise.ForbiddenConfigError)


@task("1.6")
def test_load_many_reports_any_other_code(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Another problem of one secret is told by AWS's code, as here for one about to be deleted."""
    config = {"key": canary()}
    for secret in (f"{name}/well", f"{name}/deleted"):
        client.create_secret(Name=secret, SecretString=json.dumps(config))
    client.delete_secret(SecretId=f"{name}/deleted", RecoveryWindowInDays=7)

    configs, problems = many(exercise, client, [f"{name}/well", f"{name}/deleted"])

    expect(
        same(configs, {f"{name}/well": config}),
        f"load_many() has {told(configs)} as configs, one is well",
    )
    error = expect_problem(problems, f"{name}/deleted", exercise.UnreadConfigError)
    expect(same(error.code, "InvalidRequestException"), "the error's code is not AWS's code")


@task("1.6")
def test_load_many_reports_what_is_unusable_and_quotes_nothing(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """An unusable value is a problem with a reason, and the problem holds nothing of any value."""
    values = [canary() for _ in range(4)]
    stored: dict[str, tuple[str | None, dict[str, Any]]] = {
        "text": ("not JSON", {"SecretString": f'{{"password": "{values[0]}",}}'}),
        "bytes": ("binary", {"SecretBinary": values[1].encode()}),
        "list": ("not an object", {"SecretString": f'["{values[2]}"]'}),
        "well": (None, {"SecretString": f'{{"key": "{values[3]}"}}'}),
    }
    for key, (_, value) in stored.items():
        client.create_secret(Name=f"{name}/{key}", **value)

    configs, problems = many(exercise, client, [f"{name}/{key}" for key in stored])

    wanted = {f"{name}/well": {"key": values[3]}}
    expect(same(configs, wanted), f"load_many() has {told(configs)} as configs, where one is well")
    for key, (reason, _) in stored.items():
        if reason is not None:
            error = expect_problem(problems, f"{name}/{key}", exercise.UnusableConfigError)
            expect_reason(error, reason)
            expect(
                not leaks(error, values), f"the problem for a value that is {reason} holds a value"
            )


@task("1.6")
def test_load_many_lets_a_refused_call_pass(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A call that AWS refuses as a whole concerns no single secret, so its error passes."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    for code in ("AccessDeniedException", "ThrottlingException"):
        stop = refuse(client, "BatchGetSecretValue", code)

        error = refusal(exercise, "load_many", ClientError, client, [name])

        expect_code(error, code, "load_many")
        stop()


# What the checks have in common


def refusal(exercise: Any, function: str, kind: Any, *args: Any) -> Any:
    """Return the error of the wanted kind that the learner's function raises.

    An error that is not of the course is raised on, as the plugin tells the line it comes from.
    """
    returned: list[Any] = []
    error = error_of(lambda: returned.append(getattr(exercise, function)(*args)))
    if isinstance(error, kind):
        return error
    of_the_course = (SecretError, ClientError, exercise.MissingKeyError)
    if error is not None and not isinstance(error, of_the_course):
        raise error
    happened = f"raised {told(error)}" if error else f"returned {told(returned[0])}"
    wanted = "an error" if isinstance(kind, tuple) else kind.__name__
    pytest.fail(f"{function}() {happened} where it must raise {wanted}", pytrace=False)


def expect_code(error: Any, code: str, function: str) -> None:
    """Fail unless a ClientError is the one that AWS answered with."""
    expect(error.response["Error"]["Code"] == code, f"{function}() raised {told(error)}")


def expect_name(error: Any, name: str, kind: str) -> None:
    """Fail unless an error names its secret."""
    expect(same(error.secret_name, name), f"the {kind} names another secret")


def expect_reason(error: Any, reason: str) -> None:
    """Fail unless an UnusableConfigError has this reason."""
    given = f'"{error.reason}"' if error.reason in REASONS else told(error.reason)
    expect(same(error.reason, reason), f'the reason is {given} for a value that is "{reason}"')


def expect_unusable(exercise: Any, client: SecretsManagerClient, name: str, reason: str) -> None:
    """Fail unless `require` raises for this reason."""
    error = refusal(exercise, "require", exercise.UnusableConfigError, client, name)
    expect_name(error, name, "UnusableConfigError")
    expect_reason(error, reason)


def expect_problem(problems: Any, name: str, kind: Any) -> Any:
    """Return the problem with one secret, and fail unless it is of this kind."""
    error, short = problems.get(name), name.rpartition("/")[2]
    expect(isinstance(error, kind), f"the problem with the secret …/{short} is {told(error)}")
    expect_name(error, name, kind.__name__)
    return error


def quotes(error: BaseException, values: list[str]) -> bool:
    """Return whether an error, its causes or its contexts hold one of the values.

    Unlike `leaks` this leaves local variables out: whoever is given a value has it there.
    """
    seen, each = "", error
    for _ in range(20):
        seen += str(each) + repr(each.args) + repr(vars(each)) + repr(getattr(each, "doc", ""))
        above = each.__cause__ or each.__context__
        if above is None:
            break
        each = above
    return any(value in seen for value in values)


def containers(value: Any) -> set[int]:
    """Return which objects and arrays a JSON value consists of."""
    if not isinstance(value, (dict, list)):
        return set()
    items = dict.values(value) if isinstance(value, dict) else value
    return {id(value)}.union(*map(containers, items))


def new_token() -> str:
    """Return a client request token."""
    return str(uuid.uuid4())


def filled(value: str, letter: str, size: int) -> dict[str, Any]:
    """Return a configuration whose JSON takes exactly so many bytes, *value* among them."""
    config = {"fill": "", "key": value}
    room = size - len(json.dumps(config))
    width = len(letter.encode())
    config["fill"] = letter * (room // width) + "x" * (room % width)
    return config


def put_text(client: SecretsManagerClient, name: str, text: str, token: str | None = None) -> str:
    """Put a string as the current value."""
    answer = client.put_secret_value(
        SecretId=name, SecretString=text, ClientRequestToken=token or new_token()
    )
    return answer["VersionId"]


def three_versions(client: SecretsManagerClient, canary: Canary, name: str) -> tuple[str, str, str]:
    """Create a secret with three versions, and return their ids from the oldest to the current."""
    first = client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    others = [put_text(client, name, json.dumps({"key": canary()})) for _ in range(2)]
    return first["VersionId"], others[0], others[1]


def current(client: SecretsManagerClient, name: str) -> tuple[str, str]:
    """Return the id and the text of the current version."""
    answer = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")
    return answer["VersionId"], answer["SecretString"]


def versions(client: SecretsManagerClient, name: str) -> list[Any]:
    """Return all versions of a secret."""
    return client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]


def labels_of(client: SecretsManagerClient, name: str) -> dict[str, str]:
    """Return the version behind each staging label."""
    found = client.describe_secret(SecretId=name)["VersionIdsToStages"]
    return {label: version for version, labels in found.items() for label in labels}


def many(exercise: Any, client: SecretsManagerClient, names: list[str]) -> tuple[Any, Any]:
    """Return the two parts of what `load_many` returns."""
    result = exercise.load_many(client, names)
    expect(isinstance(result, exercise.Environments), f"load_many() returned {told(result)}")
    configs, problems = result.configs, result.problems
    silent = len({*names} - {*configs} - {*problems})
    expect(silent == 0, f"load_many() says nothing about {silent} of {len(names)} names")
    expect(not {*configs} & {*problems}, "load_many() has a name among both configs and problems")
    return configs, problems


def requests(client: SecretsManagerClient) -> list[tuple[str, dict[str, Any]]]:
    """Return a list to which every call is added from now on, as its operation and parameters."""
    made: list[tuple[str, dict[str, Any]]] = []

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        made.append((model.name, dict(params)))

    client.meta.events.register("before-parameter-build.secretsmanager", note)
    return made


def written(made: list[tuple[str, dict[str, Any]]]) -> bool:
    """Return whether one of the calls was to change something."""
    return any(operation in WRITES for operation, _ in made)


def answer(status: int, body: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    """Return what a handler of botocore's before-call returns in place of AWS."""
    body["ResponseMetadata"] = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    return AWSResponse("https://secretsmanager.invalid", status, HTTPHeaders(), None), body


def refuse(
    client: SecretsManagerClient, operation: str, code: str, secret: str | None = None
) -> Callable[[], None]:
    """Let AWS refuse an operation, for one secret or for all; return what ends this.

    No emulator denies or throttles. botocore retries nothing here, so nobody waits.
    """
    event = f"before-call.secretsmanager.{operation}"

    def handler(params: dict[str, Any], **_: Any) -> Any:
        body = json.loads(params["body"])
        if secret not in (None, body.get("SecretId"), body.get("Name")):
            return None
        return answer(400, {"Error": {"Code": code, "Message": "as this check wants it"}})

    client.meta.events.register_first(event, handler)
    return lambda: client.meta.events.unregister(event, handler)


def answer_batches(
    client: SecretsManagerClient,
    stored: dict[str, str],
    page_size: int = 20,
    problems: dict[str, str] | None = None,
) -> None:
    """Answer BatchGetSecretValue in pages as AWS does, an empty page after each full one.

    Emulators page no list of names, and know no partial error but two.
    """
    pages: dict[str, tuple[list[str], int]] = {}  # What is still to be told, by NextToken.
    asked: list[str] = []

    def page(params: dict[str, Any], **_: Any) -> Any:
        body = json.loads(params["body"])
        names, turn = pages.pop(body.get("NextToken", ""), (body.get("SecretIdList", []), 0))
        if turn == 0 and "NextToken" not in body:
            expect(not set(names) & set(asked), "load_many() asked for the same names again")
            asked.extend(names)
        now, rest = (names[:page_size], names[page_size:]) if turn % 2 == 0 else ([], names)
        told_of: dict[str, Any] = {"SecretValues": [], "Errors": []} if now else {}
        for secret in now:
            if secret in (problems or {}):
                error = {"SecretId": secret, "ErrorCode": (problems or {})[secret], "Message": ""}
                told_of["Errors"].append(error)
            else:
                entry = {"Name": secret, "ARN": f"arn:aws:{secret}", "VersionId": new_token()}
                told_of["SecretValues"].append({**entry, "SecretString": stored[secret]})
        if rest:
            token = new_token()
            pages[token] = rest, turn + 1
            return answer(200, {**told_of, "NextToken": token})
        return answer(200, told_of)

    client.meta.events.register("before-call.secretsmanager.BatchGetSecretValue", page)


def lose_one_answer(client: SecretsManagerClient, *operations: str) -> None:
    """Let the next call of one of the operations take effect, and its answer be lost."""
    events = [f"after-call.secretsmanager.{operation}" for operation in operations]

    def lose(**_: Any) -> None:
        for event in events:
            client.meta.events.unregister(event, lose)
        raise ReadTimeoutError(endpoint_url="https://secretsmanager.invalid")

    for event in events:
        client.meta.events.register(event, lose)


def update_as_aws_does(client: SecretsManagerClient) -> None:
    """Let UpdateSecret refuse the token of an existing version, which emulators do not.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
    """

    def handler(params: dict[str, Any], **_: Any) -> Any:
        body = json.loads(params["body"])
        try:
            known = client.describe_secret(SecretId=body["SecretId"])["VersionIdsToStages"]
        except ClientError:
            return None
        if body.get("ClientRequestToken") not in known:
            return None
        return answer(400, {"Error": {"Code": "ResourceExistsException", "Message": "in use"}})

    client.meta.events.register_first("before-call.secretsmanager.UpdateSecret", handler)
