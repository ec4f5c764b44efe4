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

import json
from collections.abc import Mapping, Sequence  # noqa: TC003 - Here for your own use, too.
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError  # noqa: F401 - For your use.

from secrets_manager import AWSCURRENT, SecretError  # noqa: F401 - For your use.

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

AWSPREVIOUS = "AWSPREVIOUS"
MAX_VALUE_BYTES = 65_536  # What one version of a secret can hold.
MAX_BATCH = 20  # How many secrets one BatchGetSecretValue can be asked for.

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
    raise NotImplementedError


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
    raise NotImplementedError


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    """Return a new configuration: *base* with everything that *overlay* says otherwise.

    Where both have an object under a key, the two are merged in the same way, however deep.
    Anything else in *overlay* replaces what *base* has: an array as a whole, and null as well.
    Both arguments stay as they are, and the result shares no object and no array with them.
    """
    raise NotImplementedError


def lookup(config: Mapping[str, Any], path: str) -> Any:
    """Return what *config* holds at a dotted path, such as `database.pool.size`.

    Each part of the path, also an empty one, is a key of an object. What is there is returned as
    it is, also null, false or 0. A part that would lead into anything but an object is missing.
    The error says nothing about what the configuration holds, be it values or other keys. (A key
    that has a dot itself cannot be reached.)

    Raises:
        MissingKeyError: There is nothing at this path.
    """
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
