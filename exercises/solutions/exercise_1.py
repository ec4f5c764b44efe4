"""Config manager: a web shop keeps the configuration of each environment in a secret.

One night the shop sold nothing. A policy had denied the read of `shop/prod`, the loader had
taken every error for "not configured", and the defaults pointed at a test database. Next
morning the password was in the error tracker: a JSON error had quoted the whole secret.
Write the loader that the shop should have had. Do the tasks in order; each has its own checks.

    1.1  load           a missing secret is None, and nothing else is
    1.2  require        absent, unusable and forbidden are three errors, silent about values
    1.3  merge, lookup  an environment over a base, and a setting by its dotted path
    1.4  save           create or put, once, and only what is new and fits
    1.5  roll_back      move AWSCURRENT from the bad version, and from no other
    1.6  load_many      every environment in few calls, with what went wrong told by name

    make test-1         judge this file
    make hint-1         a hint for the first task that is not done
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from secrets_manager import AWSCURRENT, SecretError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import (
        APIErrorTypeTypeDef,
        BatchGetSecretValueResponseTypeDef,
        SecretValueEntryTypeDef,
    )

AWSPREVIOUS = "AWSPREVIOUS"
MAX_VALUE_BYTES = 65_536  # What one version of a secret can hold.
MAX_BATCH = 20  # How many secrets one BatchGetSecretValue can be asked for.

NOT_FOUND = "ResourceNotFoundException"
ACCESS_DENIED = "AccessDeniedException"
EXISTS = "ResourceExistsException"

Config = dict[str, Any]
Unusable = Literal["binary", "not JSON", "not an object", "no value yet"]


class AbsentConfigError(SecretError):
    """There is no secret of this name."""

    def __init__(self, secret_name: str, problem: str = "does not exist") -> None:
        super().__init__(secret_name, problem)


class UnusableConfigError(SecretError):
    """There is such a secret, and its current value is no configuration; `reason` says why."""

    def __init__(self, secret_name: str, reason: Unusable) -> None:
        super().__init__(secret_name, reason)
        self.reason = reason


class ForbiddenConfigError(SecretError):
    """AWS denies this program a call that it needs for this secret."""

    def __init__(self, secret_name: str, problem: str = "access is denied") -> None:
        super().__init__(secret_name, problem)


class UnreadConfigError(SecretError):
    """AWS reported another problem with this one secret; `code` is AWS's code for it."""

    def __init__(self, secret_name: str, code: str) -> None:
        super().__init__(secret_name, code)
        self.code = code


class ConfigTooLargeError(SecretError):
    """The configuration takes `size_bytes` bytes, more than a version of a secret can hold."""

    def __init__(self, secret_name: str, size_bytes: int) -> None:
        super().__init__(secret_name, f"{size_bytes} bytes are more than {MAX_VALUE_BYTES}")
        self.size_bytes = size_bytes


class NothingToRollBackError(SecretError):
    """The secret has no version to go back to."""

    def __init__(self, secret_name: str, problem: str = "has no previous version") -> None:
        super().__init__(secret_name, problem)


class MissingKeyError(LookupError):
    """A configuration has nothing at `path`.

    `missing` is the path up to and including the first key that is not there: `database.pool`
    where the path is `database.pool.size`, and `database` is an object without `pool`.
    """

    def __init__(self, path: str, missing: str) -> None:
        super().__init__(path, missing)
        self.path, self.missing = path, missing

    def __str__(self) -> str:
        return f"{self.path}: there is no {self.missing}"


@dataclass(frozen=True)
class Environments:
    """What `load_many` found: each name that was asked for is a key of exactly one of the two."""

    configs: dict[str, Config] = field(repr=False)  # A repr would show the values.
    problems: dict[str, SecretError]


def as_text(config: Mapping[str, Any]) -> str:
    """Return a configuration as the JSON that is stored: the same for any order of its keys."""
    return json.dumps(config, ensure_ascii=False, sort_keys=True)


def load(client: SecretsManagerClient, secret_name: str) -> Config | None:
    """Return the configuration in the secret's current version, None if there is no such secret.

    None has this one reason. A read that AWS denies or throttles, or that does not reach AWS,
    raises, and so does a secret that is scheduled for deletion. Each call asks AWS, as the value
    may have changed.
    The value is taken for a JSON object; what else it can be is the matter of task 1.2, which
    comes back here.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    Raises:
        ClientError: AWS refused for any reason but a missing secret; it passes untouched.
        BotoCoreError: AWS was not reached, or there are no credentials.
        UnusableConfigError, ForbiddenConfigError: As from `require`, once you have done task 1.2.
    """
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None


def require(client: SecretsManagerClient, secret_name: str) -> Config:
    """Return the configuration in the secret's current version, or raise what is in the way.

    AWS says ResourceNotFoundException both for a secret that does not exist and for one that
    has no value yet; DescribeSecret knows the former from the latter.
    Each of the three typed errors names the secret, and holds no part of the value: not in its
    text, its attributes, its cause or its context, nor in a local variable of a function that it
    passed through, since error trackers collect all of these.
    In the end let `load` raise what `require` raises, and return None for what is absent alone.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html

    Raises:
        AbsentConfigError: There is no secret of this name.
        UnusableConfigError: The value is "binary"; or "not JSON", which is all that json.loads
            cannot read, also because it is nested too deeply or has a number of too many digits;
            or it is JSON, but "not an object"; or there is "no value yet". The `reason` is one of
            these.
        ForbiddenConfigError: AWS answered AccessDeniedException, to whichever call.
        ClientError: AWS refused for another reason; it passes untouched.
    """
    found = _read(client, secret_name)
    if isinstance(found, SecretError):
        # Raised here because this function has never held the text: a traceback keeps the
        # local variables of every function that it names.
        raise found
    return found


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    """Return a new configuration: *base* with everything that *overlay* says otherwise.

    Where both have an object under a key, the two are merged in the same way, however deep.
    Anything else in *overlay* replaces what *base* has: an array as a whole, and null as well.
    Both arguments stay as they are, and the result shares no object and no array with them.
    """
    merged = {**base, **overlay}
    for key in base.keys() & overlay.keys():
        below, above = base[key], overlay[key]
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            merged[key] = merge(below, above)
    return copy.deepcopy(merged)  # dict(…) would share every object and array further down.


def lookup(config: Mapping[str, Any], path: str) -> Any:
    """Return what *config* holds at a dotted path, such as `database.pool.size`.

    Each part of the path, also an empty one, is a key of an object. What is there is returned as
    it is, also null, false or 0. A part that would lead into anything but an object is missing.
    The error says nothing about what the configuration holds, be it values or other keys. (A key
    that has a dot itself cannot be reached.)

    Raises:
        MissingKeyError: There is nothing at this path.
    """
    value: Any = config
    parts = path.split(".")
    for depth, part in enumerate(parts, start=1):
        # The type comes first: `in` finds letters in a string and items in an array.
        if not isinstance(value, Mapping) or part not in value:
            raise MissingKeyError(path, ".".join(parts[:depth]))
        value = value[part]
    return value


def save(
    client: SecretsManagerClient, secret_name: str, config: Mapping[str, Any], token: str
) -> str:
    """Make `as_text` of *config* the secret's current value; return the id of its version.

    The secret is created where it does not exist, also when another program creates it at this
    very moment; otherwise the value is put as a new version, whatever was there: also nothing,
    or something unusable.

    *token* (32 to 64 characters) is the client request token, and so the new version's id. A call
    that is repeated with its token stores nothing more and changes nothing, also where its first
    answer was lost, or another configuration has been saved since and is current now.

    Where the current value is the same JSON already, nothing is stored, and the id of the
    current version is returned. The order of keys makes no difference, but that of an array's items
    does, and true is not 1.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html

    Raises:
        ConfigTooLargeError: The text takes more than 65,536 bytes in UTF-8; AWS is not called.
            The error holds nothing of the text, nor does its cause or context; local variables
            do not count here, as *config* is one of them.
        ForbiddenConfigError: AWS answered AccessDeniedException, to whichever call.
        ClientError: AWS refused for another reason; it passes untouched. The token belongs to a
            version with another value, or the current value cannot be read now: nothing is stored.
        BotoCoreError: AWS was not reached, or there are no credentials.
    """
    text = as_text(config)
    size = len(text.encode())  # A character takes up to four bytes.
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, text, token)


def roll_back(client: SecretsManagerClient, secret_name: str, bad_version_id: str) -> str:
    """Make the version labelled AWSPREVIOUS current again, and return the current version's id.

    AWSCURRENT is moved from *bad_version_id*, and from no other version: where it is elsewhere
    already, because a colleague was quicker or a new version was saved, nothing moves, and the id
    of the version that has it is returned. AWSPREVIOUS follows by itself. No value is written.
    DescribeSecret may leave VersionIdsToStages out.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html

    Raises:
        NothingToRollBackError: No version is labelled AWSPREVIOUS, or the secret has no current
            version at all.
        ForbiddenConfigError: AWS answered AccessDeniedException, to whichever call.
        ClientError: AWS refused for another reason, as where there is no such secret; it passes
            untouched. Where AWSCURRENT moves away between your look and your move, let the
            refusal pass, or look again.
    """
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
        holder = {label: version for version, labels in versions.items() for label in labels}
        current = holder.get(AWSCURRENT)
        if current is not None and current != bad_version_id:
            return current
        if current is None or AWSPREVIOUS not in holder:
            raise NothingToRollBackError(secret_name)
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=holder[AWSPREVIOUS],
            RemoveFromVersionId=bad_version_id,  # The condition: AWS refuses if it has lost it.
        )
    return holder[AWSPREVIOUS]


def load_many(client: SecretsManagerClient, secret_names: Sequence[str]) -> Environments:
    """Return the configurations in many secrets, and what is wrong with the others, by name.

    One BatchGetSecretValue asks for up to 20 names, and there are no more of these calls than
    that takes, besides those for further pages. An answer may leave out SecretValues, Errors, or
    both; while it has a NextToken, there is more to come. No names, no call.

    A problem is an error of the types that `require` has: absent, unusable or forbidden. For a
    name among Errors the code that stands there decides, and any code without a type is an
    UnreadConfigError. Only ResourceNotFoundException needs a second look, as in `require`; where
    that look fails for another reason than a denied access, its ClientError may pass and end the
    call, or be an UnreadConfigError of this name. Otherwise one problem keeps no other secret from
    being loaded.

    As from `require`, no error holds anything of a value, also not in its traceback: make it new,
    or strip what you caught, `error.with_traceback(None)`.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html

    Raises:
        ClientError: AWS refused a call as a whole; it passes untouched.
    """
    configs: dict[str, Config] = {}
    problems: dict[str, SecretError] = {}
    for page in _pages(client, secret_names):
        for entry in page.get("SecretValues", []):
            found = _found(entry)
            if isinstance(found, SecretError):
                problems[entry["Name"]] = found
            else:
                configs[entry["Name"]] = found
        for error in page.get("Errors", []):
            problems[error["SecretId"]] = _reported(client, error)
    return Environments(configs, problems)


def _found(entry: SecretValueEntryTypeDef) -> Config | SecretError:
    """Return the configuration in an entry of a batch, or why there is none."""
    return _parse(entry["Name"], entry.get("SecretString"))


def _reported(client: SecretsManagerClient, error: APIErrorTypeTypeDef) -> SecretError:
    """Return the problem with one secret that AWS reports inside of a batch."""
    name, code = error["SecretId"], error["ErrorCode"]
    return _problem(client, name, code) or UnreadConfigError(name, code)


def _read(client: SecretsManagerClient, secret_name: str) -> Config | SecretError:
    """Return the configuration, or the error that tells why there is none."""
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        problem = _problem(client, secret_name, _code(error))
        if problem is None:
            raise
        return problem
    return _parse(secret_name, answer.get("SecretString"))


def _parse(secret_name: str, text: str | None) -> Config | UnusableConfigError:
    """Return the JSON object in *text* (None if the value is bytes), or why there is none.

    The error is returned and not raised: JSONDecodeError.doc is the whole text, and what is
    raised in an `except` block or in this function keeps that, or *text* itself.
    """
    if text is None:
        return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    if not isinstance(value, dict):
        return UnusableConfigError(secret_name, "not an object")
    return value


def _problem(client: SecretsManagerClient, secret_name: str, code: str) -> SecretError | None:
    """Return the typed error for AWS's code, None for a code that has none."""
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    if code != NOT_FOUND:
        return None
    try:
        client.describe_secret(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return AbsentConfigError(secret_name)
        if _code(error) == ACCESS_DENIED:
            return ForbiddenConfigError(secret_name)
        raise
    return UnusableConfigError(secret_name, "no value yet")


def _code(error: ClientError) -> str:
    """Return AWS's code for what went wrong."""
    return error.response["Error"]["Code"]


@contextmanager
def _denied_is_forbidden(secret_name: str) -> Iterator[None]:
    """Raise ForbiddenConfigError for an access that AWS denies; AWS's words on it are its cause."""
    try:
        yield
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            raise ForbiddenConfigError(secret_name) from error
        raise


def _version_holding(client: SecretsManagerClient, secret_name: str, text: str) -> str | None:
    """Return the id of the current version if its value is this very JSON."""
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None  # Absent or without a value: either way there is nothing to compare.
        raise
    config = _parse(secret_name, answer.get("SecretString"))
    # As texts, since Python finds True and 1 equal.
    same = isinstance(config, dict) and as_text(config) == text
    return answer["VersionId"] if same else None


def _store(client: SecretsManagerClient, secret_name: str, text: str, token: str) -> str:
    """Store *text* as the version *token*, in a new secret if need be."""

    def put() -> str:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
        return token

    # Not UpdateSecret: that refuses the token of an existing version even with the same value.
    try:
        return put()
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
    try:
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != EXISTS:
            raise
        return put()  # Another program has created it since.
    return token


def _pages(
    client: SecretsManagerClient, secret_names: Sequence[str]
) -> Iterator[BatchGetSecretValueResponseTypeDef]:
    """Yield every answer of BatchGetSecretValue; boto3 has no paginator for it with names."""
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            yield page
