"""The checks of exercise 1, the config manager."""

from __future__ import annotations

import copy
import itertools
import json
import secrets
import uuid
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from secrets_manager import SecretError
from secrets_manager.grading.checks import (
    answered,
    error_of,
    expect,
    leak_in,
    only_on_moto,
    same,
    task,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Canary = Callable[..., str]

LOOKS = ("DescribeSecret", "ListSecretVersionIds", "ListSecrets")
BATCH = "BatchGetSecretValue"
MOVE = "UpdateSecretVersionStage"
READS = ("GetSecretValue", BATCH)
PUTS = ("PutSecretValue", "UpdateSecret")
ACCESS_DENIED = "AccessDeniedException"
REASONS = ("binary", "not JSON", "not an object", "no value yet")
MAX_VALUE_BYTES = 65_536
NOT_ASKED = "load() did not ask the client that it was given"
NOWHERE = "https://secretsmanager.invalid"
TOO_DEEP = '{"a": ' + "[" * 60_000
TOO_LONG = '{"a": ' + "9" * 5_000 + "}"  # A number that Python does not read from a text.
PIECE = 4  # How many characters of a value, in a row, are a part of it.


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

    result = loaded(exercise, client, name)

    expect(same(result, config), f"load() returned {told(result)}, not what the secret holds")


@task("1.1")
def test_load_returns_none_for_a_missing_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A secret that does not exist is None, as a program may start without it."""
    result = asked(exercise, client, name)
    expect(result is None, f"load() returned {told(result)} for a secret that does not exist")
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))

    loaded(exercise, client, name, "load() did not ask AWS again after the secret was created")


@task("1.1")
@only_on_moto("LocalStack answers with AWS's HTTP status by itself, as moto does not")
def test_load_goes_by_the_code_of_an_error(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """The code says what AWS refused: the HTTP status is 400 for this as for most other reasons."""
    exercise.load(client, name)  # What it raises with moto's own status has another reason.
    refuse(client, READS, "ResourceNotFoundException")

    error = error_of(exercise.load, client, name)

    expect(error is None, f"load() raised {told(error)} when the HTTP status was 400, as AWS's is")


@task("1.1")
def test_load_reads_the_current_version_each_time(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Each load asks AWS for the version labelled AWSCURRENT, or a change is never seen."""
    old, new = {"key": canary()}, {"key": canary()}
    client.create_secret(Name=name, SecretString=json.dumps(old))
    trial = {"key": canary()}
    client.put_secret_value(SecretId=name, SecretString=json.dumps(trial), VersionStages=["TRIAL"])
    result = loaded(exercise, client, name)
    what = "the value that is on trial" if same(result, trial) else told(result)
    expect(same(result, old), f"load() returned {what}, not the current value")
    put_text(client, name, json.dumps(new))

    result = loaded(exercise, client, name, "load() did not ask AWS when it was called again")

    expect(same(result, new), "load() did not return the new value after it was put")


@task("1.1")
def test_load_lets_other_refusals_pass(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """AWS's error passes as it is where its reason is no missing secret.

    Such are a call that is throttled, a fault of AWS, and a deletion that is scheduled.
    """
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    loaded(exercise, client, name)
    for code in ("ThrottlingException", "InternalServiceError", "InvalidParameterException"):
        stop = refuse(client, READS, code)
        expect_error(exercise, "load", code, client, name)
        stop()
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)

    expect_error(exercise, "load", "InvalidRequestException", client, name)


@task("1.1")
def test_load_does_not_take_an_unreachable_aws_for_a_missing_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A read that does not reach AWS is an error, as it says nothing of whether there is a secret.

    botocore has errors of its own for this, which are no ClientError.
    """
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    loaded(exercise, client, name)
    for reason, where in (
        (EndpointConnectionError(endpoint_url=NOWHERE), "no connection to AWS"),
        (NoCredentialsError(), "nothing to sign a call with"),
    ):
        with cut_off(client, reason):
            error, happened = attempt(exercise.load, client, name)

        expect(error is not None, f"load() {happened} where there was {where}")


@task("1.1")
def test_load_does_not_take_a_denied_read_for_a_missing_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied read is AWS's error, or task 1.2's for it: with None the shop starts on defaults."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    loaded(exercise, client, name)
    refuse(client, READS, ACCESS_DENIED)

    expect_error(exercise, "load", (ACCESS_DENIED, exercise.ForbiddenConfigError), client, name)


# Task 1.2


@task("1.2")
def test_require_returns_the_configuration(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where nothing is wrong, require returns the dict that was stored, also one without keys."""
    client.create_secret(Name=name)
    configs: tuple[dict[str, Any], ...] = ({"login": {"password": canary()}, "port": 5432}, {})
    for config in configs:
        put_text(client, name, json.dumps(config))

        result = exercise.require(client, name)

        expect(
            same(result, config), f"require() returned {told(result)}, not what the secret holds"
        )
    put_text(client, name, '{"limit": NaN}')
    result = error_of(exercise.require, client, name)
    expect(result is None, f"require() raised {told(result)} for NaN, which json.loads can read")


@task("1.2")
def test_require_tells_absent_from_without_a_value(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A secret without a value is not absent, though AWS has one code for both."""
    expect_error(exercise, "require", exercise.AbsentConfigError, client, name)
    client.create_secret(Name=f"{name}-old", SecretString=json.dumps({"key": canary()}))
    error = error_of(exercise.require, client, name)
    absent = isinstance(error, exercise.AbsentConfigError)
    expect(absent, "require() took a secret whose name begins alike for the one that is absent")
    client.create_secret(Name=name)

    expect_unusable(exercise, "require", "no value yet", client, name)
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    error, happened = attempt(exercise.require, client, name)
    absent = isinstance(error, exercise.AbsentConfigError)
    expect(absent, f"require() {happened} for a secret that has been deleted since")


@task("1.2")
def test_require_tells_what_is_unusable_about_a_value(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Bytes, text that is not JSON, and JSON that is no object: the error says which it is."""
    client.create_secret(Name=name, SecretBinary=json.dumps({"password": canary()}).encode())
    expect_unusable(exercise, "require", "binary", client, name)

    for text in (canary(), f'{{"password": "{canary()}",}}'):
        put_text(client, name, text)
        expect_unusable(exercise, "require", "not JSON", client, name)

    for value in ([canary()], [], canary(), 5432, 0, True, False, None):
        put_text(client, name, json.dumps(value))
        expect_unusable(exercise, "require", "not an object", client, name)


@task("1.2")
def test_require_refuses_json_that_is_too_deep_or_too_long(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """What json.loads gives up, for its depth or for the digits of a number, is "not JSON", too."""
    client.create_secret(Name=name)
    for text in (TOO_DEEP, TOO_LONG):
        put_text(client, name, text)

        expect_unusable(exercise, "require", "not JSON", client, name)


@task("1.2")
def test_require_holds_no_value_in_its_errors(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """No error holds any of the value, also not its cause, its context, or a function's locals."""
    client.create_secret(Name=name)
    secret = canary(signs())
    values: tuple[tuple[str, dict[str, Any]], ...] = (
        ("not JSON", {"SecretString": f'{{"{canary()}": "{secret}",}}'}),
        ("not JSON", {"SecretString": f"{secret} {canary()}"}),
        ("not an object", {"SecretString": f'["{secret}"]'}),
        ("binary", {"SecretBinary": secret.encode()}),
    )
    for function in ("require", "load"):
        for reason, value in values:
            client.put_secret_value(SecretId=name, **value)

            error = expect_error(exercise, function, exercise.UnusableConfigError, client, name)

            which = f"the error that {function}() raised for a value that is {reason}"
            expect_silent(which, error, [secret])


@task("1.2")
def test_require_tells_forbidden_from_absent(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied call is forbidden, be it the read or the look that tells absent from empty."""
    stop = refuse(client, LOOKS, ACCESS_DENIED)
    expect_error(exercise, "require", exercise.ForbiddenConfigError, client, name)
    stop()
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    refuse(client, READS, ACCESS_DENIED)

    expect_error(exercise, "require", exercise.ForbiddenConfigError, client, name)


@task("1.2")
def test_require_lets_other_refusals_pass(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """What is neither absent nor forbidden passes as the ClientError that it is, from any call."""
    stop = refuse(client, LOOKS, "InternalServiceError")
    expect_error(exercise, "require", "InternalServiceError", client, name)
    stop()
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    for code in ("DecryptionFailure", "ExpiredTokenException"):
        stop = refuse(client, READS, code)
        expect_error(exercise, "require", code, client, name)
        stop()


@task("1.2")
def test_load_tells_the_same_apart(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Now load raises what require raises, and answers None for nothing but an absent secret."""
    error_of(exercise.require, client, name)  # Or else this check is still to do.
    client.create_secret(Name=name)
    expect_unusable(exercise, "load", "no value yet", client, name)
    put_text(client, name, canary())
    expect_unusable(exercise, "load", "not JSON", client, name)
    refuse(client, READS, ACCESS_DENIED)

    expect_error(exercise, "load", exercise.ForbiddenConfigError, client, name)


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
    expect(same(result, wanted), f"merge() returned a result that {unlike(result, wanted)}")


@task("1.3")
def test_merge_replaces_what_is_not_two_objects(exercise: Any) -> None:
    """What is not an object on both sides is replaced as a whole, also by null, 0 or false."""
    base = {
        "hosts": [1, 2],
        "limit": 1,
        "login": {"x": 1},
        "pool": 1,
        "retries": 5,
        "trace": True,
        "note": "x",
        "tags": {},
    }
    overlay = {
        "hosts": [3],
        "limit": None,
        "login": "x",
        "pool": {"x": 1},
        "retries": 0,
        "trace": False,
        "note": "",
        "tags": [],
    }

    result = exercise.merge(base, overlay)

    expect(same(result, overlay), f"merge() returned a result that {unlike(result, overlay)}")
    equal = {"on": True, "off": 0, "rate": 1.0}
    result = exercise.merge({"on": 1, "off": False, "rate": 1}, equal)
    given = "true over 1, 0 over false and 1.0 over 1"
    happened = f"merge(), given {given}, returned a result that {unlike(result, equal)}"
    expect(same(result, equal), happened)
    base = {"full": {"a": 1}, "db": {"pool": {"size": 1}}, "mail": None}
    overlay = {"full": {"b": 2}, "db": {}, "mail": {"trace": False}}
    result = exercise.merge(base, overlay)
    wanted = {"full": {"a": 1, "b": 2}, "db": {"pool": {"size": 1}}, "mail": {"trace": False}}
    expect(same(result, wanted), f"merge() returned a result that {unlike(result, wanted)}")


@task("1.3")
def test_merge_neither_changes_nor_shares(exercise: Any) -> None:
    """Arguments stay as they are and share nothing with the result, as a base has many overlays."""
    base = {
        "db": {"pool": {"size": 5}},
        "hosts": [{"name": "a"}, [1, [{"x": []}]]],
        "both": {"of": {"base": []}},
    }
    overlay = {"mail": {"to": [{"name": "x"}]}, "both": {"also": {"deep": [1]}}}
    arguments = {"base": base, "overlay": overlay}
    before = copy.deepcopy(arguments)

    result = exercise.merge(base, overlay)

    for which, argument in arguments.items():
        expect(same(argument, before[which]), f"merge() changed its {which}")
        shared = containers(result) & containers(argument)
        expect(not shared, f"merge() returned an object or array that belongs to its {which}")
    cases: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
        ({"tags": [1]}, {"tags": [{"x": []}]}, "one array replaces another"),
        ({"db": {"hosts": []}}, {}, "the overlay is empty"),
        ({}, {"db": {"hosts": []}}, "the base is empty"),
        ({"db": {"hosts": []}}, {"db": {}}, "an object of the overlay is empty"),
    )
    for below, above, where in cases:
        result = exercise.merge(below, above)
        shared = containers(result) & (containers(below) | containers(above))
        happened = "merge() returned an object or array that belongs to an argument"
        expect(not shared, f"where {where}, {happened}")


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
    odd = {"": {"a": 1}, " a": {"b ": 2}}
    for path, wanted in (("", odd[""]), (".a", 1), (" a", odd[" a"]), (" a.b ", 2)):
        try:
            found = exercise.lookup(odd, path)
        except exercise.MissingKeyError:
            found = None
        expect(same(found, wanted), f'lookup() did not find the key that is there at "{path}"')


@task("1.3")
def test_lookup_names_the_first_part_that_is_missing(exercise: Any, canary: Canary) -> None:
    """The error has the path up to the first key that is not there, and quotes nothing that is."""
    values = [canary(signs()), canary(signs())]
    login = {"password": f"{values[0]}{canary()}"}
    config = {"db": {"pool": {"size": 5}, "login": login}, "key": values[1], "trace": True}

    for path, missing in (
        ("db.pol.size", "db.pol"),
        ("db.prot", "db.prot"),
        ("mail", "mail"),
        ("mail.server.port", "mail"),
        ("db.login.secret", "db.login.secret"),
        ("db..pool", "db."),
        *(("", ""), (".db", ""), ("db.", "db."), ("key.", "key.")),
    ):
        error = expect_missing(exercise, config, path, missing, values)
        others = [key for key in ("pool", "login", "password", "trace") if key not in path]
        part = leak_in(error, others, frames=False)
        expect(part is None, f'the error for the path "{path}" tells of another key in {part}')


@task("1.3")
def test_lookup_leads_into_nothing_but_objects(exercise: Any, canary: Canary) -> None:
    """A path into a string, an array or null is missing, whatever letters or items there are."""
    value = canary(signs())
    zones = ["a", f"{value}{canary()}"]
    config = {"host": f"{value}shop", "zones": zones, "port": 5432, "on": True, "off": None}

    for path, missing in (
        *(("host.shop", "host.shop"), ("host.0", "host.0")),
        *(("zones.a", "zones.a"), ("zones.0", "zones.0")),
        *(("port.real", "port.real"), ("on.real", "on.real"), ("off.x", "off.x")),
        ("port.unit.name.x", "port.unit"),
    ):
        expect_missing(exercise, config, path, missing, [value, "5432"])


# Task 1.4


@task("1.4")
def test_save_creates_or_puts(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Each save is the current version under the caller's token, in a new secret or an old one."""
    configs: tuple[dict[str, Any], ...] = (
        {"key": canary(), "città": "Zürich"},
        {"on": [True, None], "key": canary()},
    )
    for config in configs:
        token = new_token()

        result = exercise.save(client, name, config, token)

        expect(same(result, token), f"save() returned {told(result)}, not the new version's id")
        version, text = current(client, name)
        expect(version == token, "the current version's id is not the token after save()")
        expect(same(parsed(text), config), "save() stored something else than the configuration")
        expect(text == as_text(config), "save() stored the configuration as as_text() does not")


@task("1.4")
def test_save_stores_what_changed_and_nothing_else(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """The same JSON in any order of keys makes no new version, and true in place of 1 makes one."""
    value = canary()
    client.create_secret(Name=name, SecretString=f'{{"a":"ö","b":{{"x":"{value}", "y":[1,2]}}}}')
    config: dict[str, Any] = {"a": "ö", "b": {"x": value, "y": [1, 2]}}
    turned: dict[str, Any] = {"a": "ö", "b": {"x": value, "y": [2, 1]}}
    again = {"b": {"y": [2, True], "x": value}, "a": "ö"}
    exercise.save(client, name, turned, new_token())
    text = current(client, name)[1]
    expect(same(parsed(text), turned), "save() did not store a change of the order in an array")
    exercise.save(client, name, again, new_token())
    before, text = current(client, name)
    expect(same(parsed(text), again), "save() did not store a change from 1 to true")

    result = exercise.save(client, name, again, new_token())

    expect(current(client, name)[0] == before, "save() stored the very text that is current")
    expect(same(result, before), "save() did not return the id of the version that is current")
    before = put_text(client, name, f'{{"b": {{"y":[1,2],"x":"{value}"}},   "a": "ö"}}')
    exercise.save(client, name, config, new_token())
    expect(
        current(client, name)[0] == before,
        "save() stored JSON that is current already, with its keys in another order",
    )
    exercise.save(client, name, again, new_token())
    expect(
        same(parsed(current(client, name)[1]), again),
        "save() did not make a configuration current that an older version holds",
    )
    for items, change in (([2, "True"], 'from true to "True"'), (["2", "True"], 'from 2 to "2"')):
        words = {"b": {"y": items, "x": value}, "a": "ö"}
        exercise.save(client, name, words, new_token())
        text = current(client, name)[1]
        expect(same(parsed(text), words), f"save() did not store a change {change}")


@task("1.4")
def test_save_survives_a_lost_answer(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """After a lost answer, the same call with the same token ends with one version and not two."""
    update_as_aws_does(client)
    for operations in (("CreateSecret",), PUTS):
        config, token = {"key": canary()}, new_token()
        lose_one_answer(client, *operations)
        error_of(exercise.save, client, name, config, token)

        result = exercise.save(client, name, config, token)

        expect(same(result, token), f"save() returned {told(result)}, not the token, when repeated")
    count = len(versions(client, name))
    expect(count == 2, f"two configurations, saved with lost answers, made {count} versions")
    config, token = {"key": canary()}, new_token()
    with cut_off(client, EndpointConnectionError(endpoint_url=NOWHERE), *PUTS):
        error_of(exercise.save, client, name, config, token)
    exercise.save(client, name, config, token)
    stored = same(parsed(current(client, name)[1]), config)
    expect(stored, "save() stored nothing when repeated, as if its first call had reached AWS")


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
    answers = stored_as(client)

    result = exercise.save(client, name, early, tokens[0])

    count = len(versions(client, name))
    expect(count == 2, f"with the late call of an earlier token there are {count} versions, not 2")
    version, _ = current(client, name)
    expect(version == tokens[1], "the late call took AWSCURRENT from the newer version")
    own = any(same(result, each) for each in (tokens[0], *answers))
    expect(own, "save() did not return its own token for the late call")
    arguments = client, name, {"key": canary()}, tokens[1]
    expect_error(exercise, "save", "ResourceExistsException", *arguments)


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
        {"SecretString": TOO_DEEP},
        {"SecretString": TOO_LONG},
    )
    for number, value in enumerate(values):
        broken, config = f"{name}/{number}", {"key": canary()}
        client.create_secret(Name=broken, **value)
        before = ids(client, broken)

        exercise.save(client, broken, config, new_token())

        _, text = current(client, broken)
        expect(same(parsed(text), config), "save() left a secret as unusable as it was")
        expect(before <= ids(client, broken), "save() lost a version that was there before")


@task("1.4")
def test_save_measures_bytes_before_it_calls(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """65,536 bytes fit and one more is refused before AWS is called; bytes are not characters."""
    value, made = canary(signs()), requests(client)
    for letter in ("x", "ä", "€"):
        size = MAX_VALUE_BYTES + 1
        arguments = client, name, filled(value, canary(), letter, size), new_token()

        error = expect_error(exercise, "save", exercise.ConfigTooLargeError, *arguments)

        expect(not made, f"save() called {made[0][0] if made else ''} with a value that is too big")
        expect(same(error.size_bytes, size), "the error's size_bytes is not the text's in UTF-8")
        expect_silent("the ConfigTooLargeError", error, [value], frames=False)
    for letter in ("x", "ä", "€"):
        exercise.save(client, name, filled(value, "", letter, MAX_VALUE_BYTES), new_token())

        size = len((current(client, name)[1] or "").encode())
        expect(size <= MAX_VALUE_BYTES, f"save() sent {size} bytes, which AWS refuses")


@task("1.4")
def test_save_meets_another_that_creates_the_secret(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where another program creates the secret at this very moment, the value is put instead."""
    others = json.dumps({"key": canary()})
    created_by_another(client, name, others)
    config, token = {"key": canary()}, new_token()

    result = exercise.save(client, name, config, token)

    version, text = current(client, name)
    expect(same(parsed(text), config), "save() left the other program's value where it was")
    expect(version == token, "the current version's id is not the token after save()")
    expect(same(result, token), f"save() returned {told(result)}, not the new version's id")
    stops: list[Callable[[], None]] = []

    def refuse_puts(code: str) -> None:
        stops.append(refuse(client, PUTS, code))

    for code, wanted in (
        ("LimitExceededException", "LimitExceededException"),
        (ACCESS_DENIED, exercise.ForbiddenConfigError),
    ):
        created_by_another(client, f"{name}/{code}", others, then=partial(refuse_puts, code))
        expect_error(exercise, "save", wanted, client, f"{name}/{code}", config, new_token())
        stops.pop()()


@task("1.4")
def test_save_stores_nothing_over_what_it_cannot_read(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Where the current value cannot be read for now, that error passes and nothing is stored."""
    text = json.dumps({"key": canary()})
    before = client.create_secret(Name=name, SecretString=text)["VersionId"]
    arguments = client, name, {"key": canary()}, new_token()
    for code in ("ThrottlingException", "InternalServiceError", "DecryptionFailure"):
        stop = refuse(client, (*READS, *LOOKS), code)

        expect_error(exercise, "save", code, *arguments)

        stop()
    with cut_off(client, EndpointConnectionError(endpoint_url=NOWHERE)):
        error = error_of(exercise.save, *arguments)
    expect(error is not None, "save() raised no error where there was no connection to AWS")
    stored = ids(client, name) != {before}
    expect(not stored, "save() stored a value though it could not read the current one")
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    refuse(client, PUTS, "InvalidRequestException")  # As AWS does here, and no emulator.
    error = error_of(exercise.save, *arguments)
    expect(
        "DeletedDate" in client.describe_secret(SecretId=name),
        "save() brought back a secret that somebody is about to delete",
    )
    passed = is_one(error, "InvalidRequestException")
    expect(passed, "save() did not say that the secret is about to be deleted")


@task("1.4")
def test_save_tells_forbidden_from_the_rest(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied call is a ForbiddenConfigError, any other refusal passes, whichever call it is."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    for code, wanted in (
        (ACCESS_DENIED, exercise.ForbiddenConfigError),
        ("LimitExceededException", "LimitExceededException"),
    ):
        for secret, operations in (
            (name, (*READS, *LOOKS)),
            (name, PUTS),
            (f"{name}/new", ("CreateSecret",)),
        ):
            stop = refuse(client, operations, code)
            arguments = client, secret, {"key": canary()}, new_token()
            expect_error(exercise, "save", wanted, *arguments)
            stop()


# Task 1.5


@task("1.5")
def test_roll_back_moves_the_label(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """The previous version is current again, by a moved label and not by a value put anew."""
    good, bad = good_and_bad(client, canary, name)
    before = ids(client, name)

    result = rolled_back(exercise, client, name, bad)

    # LocalStack forgets a version without labels when one moves, so there may be fewer.
    expect(ids(client, name) <= before, "roll_back() stored a new version")
    now, _ = current(client, name)
    expect(now == good, "AWSCURRENT is not on the version that was labelled AWSPREVIOUS")
    expect(same(result, good), f"roll_back() returned {told(result)}, not the current version's id")


@task("1.5")
def test_roll_back_is_from_the_bad_version_alone(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A second roll-back must not bring the bad version back, nor take away a newer one."""
    good, bad = good_and_bad(client, canary, name)
    rolled_back(exercise, client, name, bad)
    result = rolled_back(exercise, client, name, bad)
    now, _ = current(client, name)
    expect(now == good, "after a second roll-back the bad version is current again")
    expect(same(result, good), f"roll_back() returned {told(result)}, not the current version's id")
    repaired = put_text(client, name, json.dumps({"key": canary()}))

    for other in (bad, new_token()):  # The latter is the id of no version.
        rolled_back(exercise, client, name, other)

        now, _ = current(client, name)
        expect(
            now == repaired, "roll_back() took AWSCURRENT from a version that is not the bad one"
        )


@task("1.5")
def test_roll_back_lets_aws_check_the_bad_version(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A version saved between the look and the move stays current: AWS can check this, at once."""
    _, bad = good_and_bad(client, canary, name)
    repaired = new_token()

    def be_quicker(**_: Any) -> None:
        client.meta.events.unregister(f"before-call.*.{MOVE}", be_quicker)
        put_text(client, name, json.dumps({"key": canary()}), repaired)

    client.meta.events.register(f"before-call.*.{MOVE}", be_quicker)

    returned: list[Any] = []
    error = error_of(lambda: returned.append(exercise.roll_back(client, name, bad)))

    if error is not None and not isinstance(error, ClientError):
        raise error
    now, _ = current(client, name)
    expect(now == repaired, "roll_back() took AWSCURRENT from a version that is not the bad one")
    right = error is not None or same(returned, [repaired])
    expect(right, "roll_back() returned the id of a version that is not the current one")
    bad = repaired

    def be_quicker_and_deny(**_: Any) -> None:
        client.meta.events.unregister(f"before-call.*.{MOVE}", be_quicker_and_deny)
        put_text(client, name, json.dumps({"key": canary()}))
        refuse(client, (*READS, *LOOKS), ACCESS_DENIED)

    client.meta.events.register(f"before-call.*.{MOVE}", be_quicker_and_deny)
    error = error_of(exercise.roll_back, client, name, bad)
    denied = is_one(error, ACCESS_DENIED)
    expect(not denied, "roll_back() looked again, was denied it, and let AWS's error pass")


@task("1.5")
def test_roll_back_needs_a_previous_version(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Without a version to go back to, a typed error says so and names the secret."""
    only = client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))["VersionId"]
    client.create_secret(Name=f"{name}/empty")

    for secret in (name, f"{name}/empty"):
        expect_error(exercise, "roll_back", exercise.NothingToRollBackError, client, secret, only)


@task("1.5")
def test_roll_back_tells_forbidden_from_the_rest(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A denied call is a ForbiddenConfigError, and any other refusal passes as it is."""
    _, bad = good_and_bad(client, canary, name)
    looks = (*READS, *LOOKS)
    for code, wanted in (
        (ACCESS_DENIED, exercise.ForbiddenConfigError),
        ("InternalServiceError", "InternalServiceError"),
        ("LimitExceededException", "LimitExceededException"),
    ):
        for operations in (looks, (MOVE,)):
            stop = refuse(client, operations, code)
            expect_error(exercise, "roll_back", wanted, client, name, bad)
            stop()

    # As for a secret that does not exist: moto crashes where the versions of one are listed.
    refuse(client, looks, "ResourceNotFoundException")
    expect_error(exercise, "roll_back", "ResourceNotFoundException", client, f"{name}/no", bad)


# Task 1.6


@task("1.6")
def test_load_many_loads_by_name(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Every configuration comes back under the name that it was asked for by, and no other does."""
    stored: dict[str, dict[str, Any]] = {f"{name}/empty": {}}
    for stage in ("base", "test", "prod"):
        stored[f"{name}/{stage}"] = {"key": canary(), "n": [1]}
    for secret, config in stored.items():
        client.create_secret(Name=secret, SecretString=json.dumps(config))
    client.create_secret(Name=f"{name}/prod-old", SecretString=json.dumps({"key": canary()}))

    configs, _ = expect_all(exercise, client, list(stored))

    expect(
        same(configs, stored),
        f"load_many() has {told(configs)} as configs, not the four that are stored",
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
        expect_all(exercise, client, names)

        batches = [len(body.get("SecretIdList", [])) for call, body in made if call == BATCH]
        largest = max(batches, default=0)
        expect(largest <= 20, f"load_many() asked for {largest} secrets in one call")
        expect(
            len(batches) == calls,
            f"load_many() made {len(batches)} calls of BatchGetSecretValue for {count} names",
        )


@task("1.6")
def test_load_many_reads_every_page(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """While there is a NextToken there is more to come, even if an answer holds nothing at all."""
    stored = {f"{name}/{number}": json.dumps({"key": canary()}) for number in range(24)}
    answer_batches(client, stored, page_size=2, problems={f"{name}/15": "DecryptionFailure"})

    expect_all(exercise, client, list(stored))


@task("1.6")
def test_load_many_loads_the_others_all_the_same(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """One problem keeps no other secret from being loaded, in whatever order AWS answers."""
    names = [f"{name}/{key}" for key in ("a", "wrong", "b", "c")]
    stored = {each: json.dumps({"key": canary()}) for each in names}
    answer_batches(client, stored, problems={names[1]: "DecryptionFailure"})

    configs, _ = expect_all(exercise, client, names)

    well = {each: json.loads(stored[each]) for each in names if each != names[1]}
    expect(
        same(configs, well),
        f"load_many() has {told(configs)} as configs, which are not the three that are well",
    )


@task("1.6")
def test_load_many_tells_absent_from_without_a_value(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """What AWS did not find is absent or has no value yet, and a look that fails tells neither."""
    absent, empty, unseen = (f"{name}/{key}" for key in ("absent", "empty", "unseen"))
    client.create_secret(Name=empty)
    codes = dict.fromkeys((absent, empty, unseen), "ResourceNotFoundException")
    answer_batches(client, {}, problems=codes)

    _, problems = expect_all(exercise, client, [absent, empty])

    expect_problem(problems, absent, exercise.AbsentConfigError)
    error = expect_problem(problems, empty, exercise.UnusableConfigError)
    expect_reason(error, "no value yet")
    refuse(client, ("GetSecretValue", *LOOKS), "ThrottlingException")
    with suppress(ClientError):  # It may pass, as from require, or be the problem of this secret.
        _, problems = expect_all(exercise, client, [unseen])
        expect_problem(problems, unseen, exercise.UnreadConfigError)


@task("1.6")
def test_load_many_tells_which_is_forbidden(
    exercise: Any, client: SecretsManagerClient, name: str
) -> None:
    """A denied secret is told by name and type, be it the batch that is denied it or the look."""
    denied, hidden = f"{name}/denied", f"{name}/hidden"
    codes = {denied: ACCESS_DENIED, hidden: "ResourceNotFoundException"}
    answer_batches(client, {}, problems=codes)
    refuse(client, ("GetSecretValue", *LOOKS), ACCESS_DENIED)

    _, problems = expect_all(exercise, client, [denied, hidden])

    expect_problem(problems, denied, exercise.ForbiddenConfigError)
    expect_problem(problems, hidden, exercise.ForbiddenConfigError)


@task("1.6")
def test_load_many_reports_any_other_code(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """Another problem of one secret, such as its coming deletion, is told by AWS's code."""
    client.create_secret(Name=name, SecretString=json.dumps({"key": canary()}))
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)

    _, problems = expect_all(exercise, client, [name])

    error = expect_problem(problems, name, exercise.UnreadConfigError)
    expect(same(error.code, "InvalidRequestException"), "the error's code is not AWS's code")
    codes = {f"{name}/{code}": code for code in ("DecryptionFailure", "InternalServiceError")}
    answer_batches(client, {}, problems=codes)
    _, problems = expect_all(exercise, client, [*codes])
    for secret in codes:
        expect_problem(problems, secret, exercise.UnreadConfigError)


@task("1.6")
def test_load_many_reports_what_is_unusable_and_quotes_nothing(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """An unusable value is a problem with a reason, and the problem holds nothing of any value."""
    values = [canary(signs()) for _ in range(5)]
    stored: dict[str, tuple[str | None, dict[str, Any]]] = {
        "text": ("not JSON", {"SecretString": f'{{"{canary()}": "{values[0]}",}}'}),
        "line": ("not JSON", {"SecretString": f"{values[1]} {canary()}"}),
        "bytes": ("binary", {"SecretBinary": values[2].encode()}),
        "list": ("not an object", {"SecretString": f'["{values[3]}"]'}),
        "deep": ("not JSON", {"SecretString": TOO_DEEP}),
        "long": ("not JSON", {"SecretString": TOO_LONG}),
        "well": (None, {"SecretString": json.dumps({"key": values[4]})}),
    }
    for key, (_, value) in stored.items():
        client.create_secret(Name=f"{name}/{key}", **value)

    _, problems = expect_all(exercise, client, [f"{name}/{key}" for key in stored])

    for key, (reason, _) in stored.items():
        if reason is not None:
            error = expect_problem(problems, f"{name}/{key}", exercise.UnusableConfigError)
            expect_reason(error, reason)
            expect_silent(f"the problem for a value that is {reason}", error, values)


@task("1.6")
def test_load_many_lets_a_refused_call_pass(
    exercise: Any, client: SecretsManagerClient, canary: Canary, name: str
) -> None:
    """A call that AWS refuses as a whole is an error that passes, also where it is a later one."""
    stored = {f"{name}/{number}": json.dumps({"key": canary()}) for number in range(92)}
    answer_batches(client, stored, page_size=15)
    # Only what asks for all batches, and all of their pages, can meet a refusal of any.
    expect_all(exercise, client, [*stored][56:])
    two_pages, two_batches = [*stored][:16], [*stored][16:56]
    for code, names, before in (
        (ACCESS_DENIED, two_pages, 0),
        ("ThrottlingException", two_pages, 0),
        ("InternalServiceError", two_pages, 1),
        ("InvalidRequestException", two_batches, 2),  # The first has two pages.
    ):
        stop = refuse(client, [BATCH], code, before)

        expect_error(exercise, "load_many", code, client, names)

        stop()


# What the checks have in common


def asked(
    exercise: Any, client: SecretsManagerClient, name: str, otherwise: str = NOT_ASKED
) -> Any:
    """Return what `load` returns; fail in these words unless it asks AWS."""
    made = requests(client)
    result = exercise.load(client, name)
    expect(bool(made), otherwise)
    return result


def loaded(
    exercise: Any, client: SecretsManagerClient, name: str, otherwise: str = NOT_ASKED
) -> Any:
    """Return what `load` returns as `asked` does; fail unless it is a dict."""
    result = asked(exercise, client, name, otherwise)
    expect(
        isinstance(result, dict), f"what load() returned is {told(result)}, and no configuration"
    )
    return result


def expect_error(exercise: Any, function: str, wanted: Any, *args: Any) -> Any:
    """Return the error that the learner's function raises; *wanted* is its type, or AWS's code.

    Several may be wanted. An error of the course names its secret, and AWS's its operation. One
    that is neither of the two is raised on, as the plugin tells the line it comes from.
    """
    error, happened = attempt(getattr(exercise, function), *args)
    of_the_course = (SecretError, ClientError, exercise.MissingKeyError)
    if error is not None and not isinstance(error, of_the_course):
        raise error
    choice = wanted if isinstance(wanted, tuple) else (wanted,)
    if not any(is_one(error, each) for each in choice):
        kinds = (each if isinstance(each, str) else each.__name__ for each in choice)
        must = f"where it must raise {' or '.join(kinds)}"
        pytest.fail(f"{function}() {happened} {must}", pytrace=False)
    if isinstance(error, SecretError):
        named = same(error.secret_name, args[1])
        expect(named, f"the {type(error).__name__} that {function}() raised names another secret")
    if isinstance(error, ClientError):
        own = error.operation_name in args[0].meta.service_model.operation_names
        expect(own, f"the ClientError that {function}() raised names no operation of AWS")
    return error


def attempt(function: Callable[..., Any], *args: Any) -> tuple[Exception | None, str]:
    """Return what a function raises, or None; and in words whether it raises or returns."""
    returned: list[Any] = []
    error = error_of(lambda: returned.append(function(*args)))
    return error, f"raised {told(error)}" if error else f"returned {told(returned[0])}"


def is_one(error: Exception | None, wanted: Any) -> bool:
    """Return whether an error is of a type, or is AWS's with this code."""
    if isinstance(wanted, str):
        return isinstance(error, ClientError) and error.response["Error"]["Code"] == wanted
    return isinstance(error, wanted)


def expect_unusable(
    exercise: Any, function: str, reason: str, client: SecretsManagerClient, name: str
) -> None:
    """Fail unless the learner's function raises for this reason."""
    error = expect_error(exercise, function, exercise.UnusableConfigError, client, name)
    expect_reason(error, reason)


def expect_reason(error: Any, reason: str) -> None:
    """Fail unless an UnusableConfigError has this reason."""
    given = f'"{error.reason}"' if error.reason in REASONS else told(error.reason)
    expect(same(error.reason, reason), f'the reason is {given} for a value that is "{reason}"')


def expect_silent(which: str, error: Any, values: list[str], *, frames: bool = True) -> None:
    """Fail unless an error holds none of the values, and no piece of one."""
    whole = leak_in(error, values, frames=frames)
    part = whole or leak_in(error, values, frames=frames, piece=PIECE)
    held = "the value" if whole else "a part of the value"
    expect(part is None, f"{which} holds {held} in {part}")


def expect_missing(
    exercise: Any, config: dict[str, Any], path: str, missing: str, values: list[str]
) -> Any:
    """Return the error that says where *path* is missing from; fail unless it holds no value."""
    error = expect_error(exercise, "lookup", exercise.MissingKeyError, config, path)
    which = f'the error for the path "{path}"'
    expect(same(error.path, path), f"{which} has another path")
    part_of_it = isinstance(error.missing, str) and error.missing in path
    said = f'"{error.missing}"' if part_of_it else told(error.missing)
    expect(same(error.missing, missing), f'{which} says that {said} is missing, not "{missing}"')
    expect_silent(which, error, values, frames=False)
    return error


def expect_all(exercise: Any, client: SecretsManagerClient, names: list[str]) -> tuple[Any, Any]:
    """Return what `load_many` returns, in its two parts; fail unless they share out the names."""
    made = requests(client)
    result = exercise.load_many(client, names)
    batched = any(call == BATCH for call, _ in made)
    expect(batched or not names, "load_many() did not call BatchGetSecretValue")
    expect(isinstance(result, exercise.Environments), f"load_many() returned {told(result)}")
    configs, problems = result.configs, result.problems
    silent = len({*names} - {*configs} - {*problems})
    expect(silent == 0, f"load_many() says nothing about {silent} of {len(names)} names")
    expect(not {*configs} & {*problems}, "load_many() has a name among both configs and problems")
    known = {*configs, *problems} <= {*names}
    expect(known, "load_many() tells of a secret that it was not asked for")
    return configs, problems


def expect_problem(problems: Any, name: str, kind: Any) -> Any:
    """Return the problem with one secret, and fail unless it is of this kind."""
    error, short = problems.get(name), name.rpartition("/")[2]
    expect(isinstance(error, kind), f"the problem with the secret …/{short} is {told(error)}")
    expect(same(error.secret_name, name), f"the problem with …/{short} names another secret")
    return error


def unlike(value: Any, wanted: Any, path: str = "") -> str:
    """Return in words where a JSON value is not as it should be, by the path to that place."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        lost = [key for key in wanted if key not in value]
        extra = [key for key in value if key not in wanted]
        if lost or extra:
            verb, key = ("lacks", lost[0]) if lost else ("has", extra[0])
            return f'{verb} "{path}{key}"'
        key = next((key for key in wanted if not same(value[key], wanted[key])), "")
        return unlike(value[key], wanted[key], f"{path}{key}.") if key else "is as it should be"
    where = f'under "{path.removesuffix(".")}"' if path else "at the top"
    return f"has {told(value)} {where}"


def containers(value: Any) -> set[int]:
    """Return which objects and arrays a JSON value consists of."""
    if not isinstance(value, (dict, list)):
        return set()
    items = dict.values(value) if isinstance(value, dict) else value
    return {id(value)}.union(*map(containers, items))


def signs() -> str:
    """Return a secret value of which every piece is told from all else that an error may hold.

    A traceback is among that, with its lines of ~ and ^.
    """
    return "".join(secrets.choice("|!;`") for _ in range(24))


def new_token() -> str:
    """Return a client request token."""
    return str(uuid.uuid4())


def filled(key: str, value: str, letter: str, size: int) -> dict[str, Any]:
    """Return a configuration whose JSON takes exactly so many bytes, *key* and *value* included."""
    room = size - len(json.dumps({key: key + value}))
    width = len(letter.encode())
    return {key: key + letter * (room // width) + "x" * (room % width) + value}


def put_text(client: SecretsManagerClient, name: str, text: str, token: str | None = None) -> str:
    """Put a string as the current value."""
    answer = client.put_secret_value(
        SecretId=name, SecretString=text, ClientRequestToken=token or new_token()
    )
    return answer["VersionId"]


def rolled_back(exercise: Any, client: SecretsManagerClient, name: str, bad: str) -> Any:
    """Return what `roll_back` returns; fail in words that tell its move where AWS refuses that."""
    holder, _ = current(client, name)
    made = requests(client)
    try:
        return exercise.roll_back(client, name, bad)
    except client.exceptions.InvalidParameterException:
        move = next((params for call, params in reversed(made) if call == MOVE), None)
        if move is None:
            raise
    label, how = move["VersionStage"], ""
    if "RemoveFromVersionId" not in move:
        how = " without RemoveFromVersionId"
    elif label == "AWSCURRENT" and move["RemoveFromVersionId"] != holder:
        how = " from a version that does not have it"
    pytest.fail(f"AWS refused to move {label}{how}", pytrace=False)


def good_and_bad(client: SecretsManagerClient, canary: Canary, name: str) -> tuple[str, str]:
    """Create a secret whose current version is bad; return the ids of the previous one and of it.

    There are an older version, too, and one that was created between the two and never current.
    """
    texts = [json.dumps({"key": canary()}) for _ in range(4)]
    client.create_secret(Name=name, SecretString=texts[0])
    good = put_text(client, name, texts[1])
    client.put_secret_value(SecretId=name, SecretString=texts[2], VersionStages=["TRIAL"])
    return good, put_text(client, name, texts[3])


def current(client: SecretsManagerClient, name: str) -> tuple[str | None, str | None]:
    """Return the id and the text of the current version, None for what there is not."""
    try:
        answer = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")
    except client.exceptions.ResourceNotFoundException:
        return None, None
    return answer["VersionId"], answer.get("SecretString")


def created_by_another(
    client: SecretsManagerClient,
    name: str,
    text: str,
    then: Callable[[], object] = lambda: None,
) -> None:
    """Let another program create a secret the moment before the next CreateSecret."""

    def be_quicker(**_: Any) -> None:
        client.meta.events.unregister("provide-client-params.*.CreateSecret", be_quicker)
        client.create_secret(Name=name, SecretString=text)
        then()

    client.meta.events.register("provide-client-params.*.CreateSecret", be_quicker)


def parsed(text: str | None) -> Any:
    """Return what a text is as JSON, or words where it is not."""
    try:
        return json.loads(text or "")
    except ValueError:
        return "not JSON"


def as_text(config: dict[str, Any]) -> str:
    """Return what the exercise's own as_text returns, as the learner may have changed that."""
    return json.dumps(config, ensure_ascii=False, sort_keys=True)


def versions(client: SecretsManagerClient, name: str) -> list[Any]:
    """Return all versions of a secret."""
    return client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]


def ids(client: SecretsManagerClient, name: str) -> set[str]:
    """Return the ids of all versions of a secret that have a value."""
    return {each["VersionId"] for each in versions(client, name)}


def requests(client: SecretsManagerClient) -> list[tuple[str, dict[str, Any]]]:
    """Return a list to which every call is added from now on, as its operation and parameters."""
    made: list[tuple[str, dict[str, Any]]] = []

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        made.append((model.name, dict(params)))

    client.meta.events.register("before-parameter-build.secretsmanager", note)
    return made


def stored_as(client: SecretsManagerClient) -> list[str]:
    """Return a list to which AWS's answers add, from now on, as which version a value is stored.

    Of a repeated CreateSecret AWS says that it is ignored, and not which version it then names:
    moto names the current one. Whoever returns AWS's answer is right.
    """
    named: list[str] = []

    def note(parsed: dict[str, Any], **_: Any) -> None:
        named.extend([parsed["VersionId"]] if "VersionId" in parsed else [])

    for operation in ("CreateSecret", "PutSecretValue"):
        client.meta.events.register(f"after-call.secretsmanager.{operation}", note)
    return named


def refuse(
    client: SecretsManagerClient, operations: Iterable[str], code: str, before: int = 0
) -> Callable[[], None]:
    """Let AWS refuse some operations, but for as many calls *before*; return what ends this.

    No emulator denies or throttles. botocore retries nothing here, so nobody waits.
    """
    calls = itertools.count()

    def handler(**_: Any) -> Any:
        if next(calls) < before:
            return None
        return answered({"Error": {"Code": code}}, 400)

    events = [f"before-call.secretsmanager.{operation}" for operation in operations]
    for event in events:
        client.meta.events.register_first(event, handler)

    def stop() -> None:
        for event in events:
            client.meta.events.unregister(event, handler)

    return stop


@contextmanager
def cut_off(
    client: SecretsManagerClient, reason: BotoCoreError, *operations: str
) -> Iterator[None]:
    """Let no call reach AWS within a block, or none of these operations, for this reason."""
    every = "before-call.secretsmanager"
    events = [f"{every}.{operation}" for operation in operations] or [every]

    def handler(**_: Any) -> None:
        raise reason

    for event in events:
        client.meta.events.register_first(event, handler)
    try:
        yield
    finally:
        for event in events:
            client.meta.events.unregister(event, handler)


def answer_batches(
    client: SecretsManagerClient,
    stored: dict[str, str],
    page_size: int = 20,
    problems: dict[str, str] | None = None,
) -> None:
    """Answer BatchGetSecretValue in pages as AWS does, three empty pages after each two full ones.

    Emulators page no list of names, and know no partial error but two. AWS promises no order.
    """
    pages: dict[str, tuple[list[str], int]] = {}  # What is still to be told, by NextToken.
    asked: list[str] = []

    def page(params: dict[str, Any], **_: Any) -> Any:
        body = json.loads(params["body"])
        expect("Filters" not in body, "load_many() asked by Filters, and not by names alone")
        if not body.get("SecretIdList"):
            return answered({"Error": {"Code": "InvalidParameterException"}}, 400)
        names, turn = pages.pop(body.get("NextToken", ""), (body["SecretIdList"], 0))
        if turn == 0 and "NextToken" not in body:
            expect(not set(names) & set(asked), "load_many() asked for the same names again")
            asked.extend(names)
        now, rest = ([], names) if turn % 5 >= 2 else (names[:page_size], names[page_size:])
        told_of: dict[str, Any] = {}  # What there is nothing of is left out.
        for secret in reversed(now):
            if secret in (problems or {}):
                error = {"SecretId": secret, "ErrorCode": (problems or {})[secret], "Message": ""}
                told_of.setdefault("Errors", []).append(error)
            else:
                entry = batch_entry(secret, stored[secret])
                told_of.setdefault("SecretValues", []).append(entry)
        if rest:
            token = new_token()
            pages[token] = rest, turn + 1
            return answered({**told_of, "NextToken": token})
        return answered(told_of)

    client.meta.events.register("before-call.secretsmanager.BatchGetSecretValue", page)


def batch_entry(name: str, text: str) -> dict[str, Any]:
    """Return what a batch has for one secret, as AWS sends it."""
    return {
        "ARN": f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf",
        "Name": name,
        "VersionId": new_token(),
        "SecretString": text,
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": datetime.now(UTC),
    }


def lose_one_answer(client: SecretsManagerClient, *operations: str) -> None:
    """Let the next call of one of the operations take effect, and its answer be lost."""
    events = [f"after-call.secretsmanager.{operation}" for operation in operations]

    def lose(**_: Any) -> None:
        for event in events:
            client.meta.events.unregister(event, lose)
        raise ReadTimeoutError(endpoint_url=NOWHERE)

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
        return answered({"Error": {"Code": "ResourceExistsException"}}, 400)

    client.meta.events.register_first("before-call.secretsmanager.UpdateSecret", handler)
