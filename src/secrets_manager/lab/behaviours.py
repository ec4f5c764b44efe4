"""What AWS documents and the course relies on, each as a small program with the answer it wants.

A behaviour gets a client and an unused name, and returns in a few words what happened.
`aws` is what AWS documents on the page named. Where an emulator answers otherwise, `departs`
says what it does; `python -m secrets_manager.lab.agreement` writes docs/emulators.md from this.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import punctuation
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Program = Callable[[SecretsManagerClient, str], str]

TOKENS = tuple(str(uuid.UUID(int=number, version=4)) for number in range(4))
NOT_FOUND, INVALID = "ResourceNotFoundException", "InvalidRequestException"
EXISTS, PARAMETER = "ResourceExistsException", "InvalidParameterException"
DENY_READING = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }
    ],
}


@dataclass(frozen=True)
class Behaviour:
    """One thing that AWS does: in words, as a program, and where an emulator departs from it."""

    topic: str
    words: str
    page: str
    aws: str
    run: Program
    departs: Mapping[str, str] = field(default_factory=dict)


BEHAVIOURS: list[Behaviour] = []


def behaviour(
    topic: str, words: str, page: str, aws: str, **departs: str
) -> Callable[[Program], Program]:
    """Add a program to the table; *departs* names emulators and what they do instead."""

    def add(program: Program) -> Program:
        BEHAVIOURS.append(Behaviour(topic, words, page, aws, program, departs))
        return program

    return add


def outcome(call: Callable[..., Any], **parameters: Any) -> str:
    """Return "ok", or the code of the error that a call ended in."""
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except ParamValidationError:
        return "refused by botocore"
    except Exception as error:  # An emulator's own bug, which in moto surfaces as it is.
        return f"crash: {type(error).__name__}"
    return "ok"


def create(client: SecretsManagerClient, name: str, value: str = "one", **more: Any) -> str:
    """Create a secret whose first version has the first token; return its ARN."""
    answer = client.create_secret(
        Name=name, SecretString=value, ClientRequestToken=TOKENS[0], **more
    )
    return answer["ARN"]


def put(
    client: SecretsManagerClient, name: str, number: int, value: str = "", **more: Any
) -> list[str]:
    """Put a version that has the token of this number; return its labels as answered."""
    answer = client.put_secret_value(
        SecretId=name, SecretString=value or f"v{number}", ClientRequestToken=TOKENS[number], **more
    )
    return answer.get("VersionStages", [])


def move(client: SecretsManagerClient, name: str, label: str, **versions: int) -> str:
    """Move a label; *to* and *away* are numbers of versions. Return the outcome."""
    names = {"to": "MoveToVersionId", "away": "RemoveFromVersionId"}
    parameters = {names[key]: TOKENS[number] for key, number in versions.items()}
    return outcome(
        client.update_secret_version_stage, SecretId=name, VersionStage=label, **parameters
    )


def labels(client: SecretsManagerClient, name: str) -> str:
    """Return who has which label, such as "AWSCURRENT=1, AWSPREVIOUS=0"."""
    stages = client.describe_secret(SecretId=name).get("VersionIdsToStages", {})
    held = sorted(
        f"{label}={TOKENS.index(version)}" for version, all_ in stages.items() for label in all_
    )
    return ", ".join(held)


def value(client: SecretsManagerClient, name: str, **which: str) -> str:
    """Return the value that a read gives, or the code of its error."""
    try:
        return client.get_secret_value(SecretId=name, **which)["SecretString"]
    except ClientError as error:
        return error.response["Error"]["Code"]


def refused(call: Callable[..., Any], **parameters: Any) -> str:
    """Return whether a call is refused, by whatever code: AWS's pages do not name one here."""
    result = outcome(call, **parameters)
    return "accepted" if result == "ok" else "refused"


def deleted(client: SecretsManagerClient, name: str) -> None:
    """Create a secret and schedule it for deletion."""
    create(client, name)
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)


def listed(client: SecretsManagerClient, prefix: str, **more: Any) -> list[Any]:
    """Return the first page of the secrets whose names begin so."""
    answer = client.list_secrets(Filters=[{"Key": "name", "Values": [prefix]}], **more)
    return answer["SecretList"]


def batch(client: SecretsManagerClient, **which: Any) -> str:
    """Return how many values a batch read gives, and the codes of its errors."""
    answer = client.batch_get_secret_value(**which)
    codes = [error["ErrorCode"] for error in answer.get("Errors", [])]
    return ", ".join([f"{len(answer['SecretValues'])} value", *codes])


@behaviour("Creating", "a token becomes the version's id", "CreateSecret", "yes")
def _(client: SecretsManagerClient, name: str) -> str:
    answer = client.create_secret(Name=name, SecretString="one", ClientRequestToken=TOKENS[0])
    return "yes" if answer["VersionId"] == TOKENS[0] else "no"


@behaviour("Creating", "a name that is taken is refused", "CreateSecret", EXISTS)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(client.create_secret, Name=name, SecretString="two")


@behaviour(
    "Creating",
    "a creation repeated with the same token and value is taken as done",
    "CreateSecret",
    "ok",
    localstack=EXISTS,
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(create, client=client, name=name)


@behaviour(
    "Creating",
    "a creation repeated with the same token and another value is refused",
    "CreateSecret",
    EXISTS,
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(create, client=client, name=name, value="two")


@behaviour(
    "Creating", "a secret without a value exists, and cannot be read", "CreateSecret", NOT_FOUND
)
def _(client: SecretsManagerClient, name: str) -> str:
    client.create_secret(Name=name)
    return value(client, name)


@behaviour(
    "Creating",
    "a string and a binary value together are refused",
    "CreateSecret",
    "refused",
    moto="accepted",
    localstack="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=name, SecretString="one", SecretBinary=b"two")


@behaviour(
    "Creating",
    "a value of more than 65,536 bytes is refused",
    "CreateSecret",
    "refused",
    moto="accepted",
    localstack="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=name, SecretString="x" * 65537)


@behaviour("Creating", "a value of 65,536 bytes is accepted", "CreateSecret", "accepted")
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=name, SecretString="x" * 65536)


@behaviour(
    "Creating",
    "a name with a space is refused",
    "CreateSecret",
    "refused",
    moto="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=f"{name} x", SecretString="one")


@behaviour(
    "Creating",
    "a name with a colon is refused",
    "CreateSecret",
    "refused",
    moto="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=f"{name}:x", SecretString="one")


@behaviour("Creating", "a name may hold / _ + = . @ and -", "CreateSecret", "accepted")
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=f"{name}/a_b+c=d.e@f-g", SecretString="one")


@behaviour(
    "Creating",
    "a name of more than 512 characters is refused",
    "CreateSecret",
    "refused",
    moto="accepted",
    localstack="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=name.ljust(513, "x"), SecretString="one")


@behaviour("Creating", "a token of fewer than 32 characters is refused", "CreateSecret", "refused")
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.create_secret, Name=name, SecretString="one", ClientRequestToken="short")


@behaviour("Creating", "an ARN ends in the name and six characters more", "CreateSecret", "yes")
def _(client: SecretsManagerClient, name: str) -> str:
    arn = create(client, name)
    head, _, suffix = arn.rpartition("-")
    return "yes" if head.endswith(f":secret:{name}") and len(suffix) == 6 else "no"


@behaviour("Reading", "a secret is read by its name", "GetSecretValue", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return value(client, name)


@behaviour("Reading", "a secret is read by its ARN", "GetSecretValue", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    return value(client, create(client, name))


@behaviour("Reading", "a secret is read by its ARN without the suffix", "GetSecretValue", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    return value(client, create(client, name).rpartition("-")[0])


@behaviour("Reading", "a missing secret has a code of its own", "GetSecretValue", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    return value(client, name)


@behaviour("Reading", "a version is read by its label", "GetSecretValue", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return value(client, name, VersionStage="AWSPREVIOUS")


@behaviour("Reading", "a version is read by its id", "GetSecretValue", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return value(client, name, VersionId=TOKENS[0])


@behaviour("Reading", "an id and a label must name the same version", "GetSecretValue", INVALID)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return value(client, name, VersionId=TOKENS[0], VersionStage="AWSCURRENT")


@behaviour("Reading", "an unknown label is not found", "GetSecretValue", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return value(client, name, VersionStage="NOBODY")


@behaviour("Reading", "an unknown version id is not found", "GetSecretValue", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return value(client, name, VersionId=TOKENS[3])


@behaviour(
    "Reading", "a version that lost its labels is still read by its id", "GetSecretValue", "one"
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    put(client, name, 2)
    return value(client, name, VersionId=TOKENS[0])


@behaviour("Reading", "bytes come back as they were", "GetSecretValue", "the same bytes, no string")
def _(client: SecretsManagerClient, name: str) -> str:
    client.create_secret(Name=name, SecretBinary=bytes(range(256)))
    answer = client.get_secret_value(SecretId=name)
    which = "the same" if answer["SecretBinary"] == bytes(range(256)) else "other"
    return f"{which} bytes, {'no' if answer.keys().isdisjoint({'SecretString'}) else 'a'} string"


@behaviour(
    "Labels",
    "a put moves AWSCURRENT and AWSPREVIOUS",
    "PutSecretValue",
    "AWSCURRENT=1, AWSPREVIOUS=0",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return labels(client, name)


@behaviour(
    "Labels",
    "the third value takes AWSPREVIOUS away from the first",
    "PutSecretValue",
    "AWSCURRENT=2, AWSPREVIOUS=1",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    put(client, name, 2)
    return labels(client, name)


@behaviour(
    "Labels",
    "a version without labels is left out of a description",
    "DescribeSecret",
    "2 versions",
    moto="3 versions",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    put(client, name, 2)
    return f"{len(client.describe_secret(SecretId=name)['VersionIdsToStages'])} versions"


@behaviour(
    "Labels",
    "a put under a label of one's own leaves AWSCURRENT",
    "PutSecretValue",
    "AWSCURRENT=0, blue=1",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1, VersionStages=["blue"])
    return labels(client, name)


@behaviour(
    "Labels", "a put moves a label of one's own, too", "PutSecretValue", "AWSCURRENT=0, blue=2"
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1, VersionStages=["blue"])
    put(client, name, 2, VersionStages=["blue"])
    return labels(client, name)


@behaviour(
    "Labels",
    "the first value gets AWSCURRENT whatever labels are asked for",
    "PutSecretValue",
    "AWSCURRENT=1, blue=1",
)
def _(client: SecretsManagerClient, name: str) -> str:
    client.create_secret(Name=name)
    put(client, name, 1, VersionStages=["blue"])
    return labels(client, name)


@behaviour(
    "Labels",
    "AWSCURRENT moves only away from a version that is named",
    "UpdateSecretVersionStage",
    PARAMETER,
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return move(client, name, "AWSCURRENT", to=0)


@behaviour(
    "Labels",
    "a wrong version to move AWSCURRENT from is refused",
    "UpdateSecretVersionStage",
    PARAMETER,
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return move(client, name, "AWSCURRENT", to=0, away=0)


@behaviour(
    "Labels",
    "AWSPREVIOUS follows when AWSCURRENT is moved",
    "UpdateSecretVersionStage",
    "AWSCURRENT=0, AWSPREVIOUS=1",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    move(client, name, "AWSCURRENT", to=0, away=1)
    return labels(client, name)


@behaviour("Labels", "a plain read follows a moved AWSCURRENT", "UpdateSecretVersionStage", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    move(client, name, "AWSCURRENT", to=0, away=1)
    return value(client, name)


@behaviour(
    "Labels",
    "a put after such a move leaves one AWSCURRENT",
    "PutSecretValue",
    "AWSCURRENT=2, AWSPREVIOUS=0",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    move(client, name, "AWSCURRENT", to=0, away=1)
    put(client, name, 2)
    return labels(client, name)


@behaviour(
    "Labels",
    "a label of one's own moves only away from a version that is named",
    "UpdateSecretVersionStage",
    "refused",
    moto="accepted, and two versions have it",
    localstack="accepted, and two versions have it",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1, VersionStages=["blue"])
    if move(client, name, "blue", to=0) != "ok":
        return "refused"
    holders = labels(client, name).count("blue")
    return f"accepted, and {'two' if holders == 2 else holders} versions have it"


@behaviour(
    "Labels",
    "a label is taken away without going elsewhere",
    "UpdateSecretVersionStage",
    "AWSCURRENT=0",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1, VersionStages=["AWSPENDING"])
    move(client, name, "AWSPENDING", away=1)
    return labels(client, name)


@behaviour(
    "Tokens",
    "a put repeated with token and value adds no version",
    "PutSecretValue",
    "AWSCURRENT=1, AWSPREVIOUS=0",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    put(client, name, 1)
    return labels(client, name)


@behaviour(
    "Tokens",
    "a put of an old token and value moves no label",
    "PutSecretValue",
    "AWSCURRENT=2, AWSPREVIOUS=1",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    put(client, name, 2)
    put(client, name, 1)
    return labels(client, name)


@behaviour(
    "Tokens", "a put of the same token and another value is refused", "PutSecretValue", EXISTS
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    return outcome(put, client=client, name=name, number=1, value="other")


@behaviour(
    "Tokens", "an update of the same token and another value is refused", "UpdateSecret", EXISTS
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(
        client.update_secret, SecretId=name, SecretString="other", ClientRequestToken=TOKENS[0]
    )


@behaviour("Changing", "a put to a missing secret is not found", "PutSecretValue", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.put_secret_value, SecretId=name, SecretString="one")


@behaviour(
    "Changing", "an update of the description alone adds no version", "UpdateSecret", "AWSCURRENT=0"
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    client.update_secret(SecretId=name, Description="other")
    return labels(client, name)


@behaviour(
    "Changing",
    "an update of the value adds a version",
    "UpdateSecret",
    "AWSCURRENT=1, AWSPREVIOUS=0",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    client.update_secret(SecretId=name, SecretString="two", ClientRequestToken=TOKENS[1])
    return labels(client, name)


@behaviour("Changing", "tags are added and overwritten by their keys", "TagResource", "a=2, b=1")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name, Tags=[{"Key": "a", "Value": "1"}])
    client.tag_resource(
        SecretId=name, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "1"}]
    )
    tags = client.describe_secret(SecretId=name)["Tags"]
    return ", ".join(sorted(f"{tag['Key']}={tag['Value']}" for tag in tags))


@behaviour("Changing", "an untagged key is gone", "UntagResource", "no tags")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name, Tags=[{"Key": "a", "Value": "1"}])
    client.untag_resource(SecretId=name, TagKeys=["a"])
    return "tags" if client.describe_secret(SecretId=name).get("Tags") else "no tags"


@behaviour(
    "Deleting", "a recovery window of less than 7 days is refused", "DeleteSecret", PARAMETER
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(client.delete_secret, SecretId=name, RecoveryWindowInDays=6)


@behaviour(
    "Deleting", "a recovery window of more than 30 days is refused", "DeleteSecret", PARAMETER
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(client.delete_secret, SecretId=name, RecoveryWindowInDays=31)


@behaviour("Deleting", "a window and force together are refused", "DeleteSecret", PARAMETER)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(
        client.delete_secret,
        SecretId=name,
        RecoveryWindowInDays=7,
        ForceDeleteWithoutRecovery=True,
    )


@behaviour("Deleting", "without a window there are 30 days", "DeleteSecret", "30 days")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    until = client.delete_secret(SecretId=name)["DeletionDate"]
    return f"{round((until - datetime.now(UTC)).total_seconds() / 86400)} days"


@behaviour("Deleting", "a secret scheduled for deletion is not read", "DeleteSecret", INVALID)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    return value(client, name)


@behaviour(
    "Deleting",
    "a secret scheduled for deletion takes no new value",
    "PutSecretValue",
    INVALID,
    moto="ok",
    localstack="ok",
)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    return outcome(client.put_secret_value, SecretId=name, SecretString="two")


@behaviour(
    "Deleting",
    "a secret scheduled for deletion is still described",
    "DescribeSecret",
    "with a date",
)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    return "with a date" if "DeletedDate" in client.describe_secret(SecretId=name) else "without"


@behaviour("Deleting", "a secret is not deleted twice", "DeleteSecret", INVALID)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    return outcome(client.delete_secret, SecretId=name)


@behaviour(
    "Deleting",
    "the name of a secret scheduled for deletion stays taken",
    "CreateSecret",
    INVALID,
    moto=EXISTS,
)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    return outcome(client.create_secret, Name=name, SecretString="two")


@behaviour("Deleting", "a restored secret is read again", "RestoreSecret", "one")
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    client.restore_secret(SecretId=name)
    return value(client, name)


@behaviour("Deleting", "a secret deleted by force is missing", "DeleteSecret", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    return value(client, name)


@behaviour(
    "Deleting", "a missing secret is deleted by force without an error", "DeleteSecret", "ok"
)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)


@behaviour("Deleting", "a missing secret is not deleted without force", "DeleteSecret", NOT_FOUND)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.delete_secret, SecretId=name)


@behaviour("Listing", "a name filter matches beginnings", "ListSecrets", "2 of 3")
def _(client: SecretsManagerClient, name: str) -> str:
    for suffix in ("/prod", "/prod-old", "/test"):
        create(client, name + suffix)
    return f"{len(listed(client, f'{name}/prod'))} of 3"


@behaviour("Listing", "a name filter minds capitals", "ListSecrets", "0")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return str(len(listed(client, name.upper())))


@behaviour("Listing", "a filter that begins with ! excludes", "ListSecrets", "1")
def _(client: SecretsManagerClient, name: str) -> str:
    for colour in ("red", "blue"):
        create(client, f"{name}/{colour}", Tags=[{"Key": "colour", "Value": colour}])
    answer = client.list_secrets(
        Filters=[{"Key": "name", "Values": [name]}, {"Key": "tag-value", "Values": ["!red"]}]
    )
    return str(len(answer["SecretList"]))


@behaviour(
    "Listing", "pages are as long as asked for, and the last has no token", "ListSecrets", "2 and 1"
)
def _(client: SecretsManagerClient, name: str) -> str:
    for suffix in "abc":
        create(client, f"{name}/{suffix}")
    pages = client.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": [name]}], PaginationConfig={"PageSize": 2}
    )
    return " and ".join(str(len(page["SecretList"])) for page in pages)


@behaviour("Listing", "a list holds no values", "ListSecrets", "none")
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return "some" if "SecretString" in listed(client, name)[0] else "none"


@behaviour(
    "Listing",
    "a secret scheduled for deletion is left out",
    "ListSecrets",
    "0, and 1 when asked for",
)
def _(client: SecretsManagerClient, name: str) -> str:
    deleted(client, name)
    planned = listed(client, name, IncludePlannedDeletion=True)
    return f"{len(listed(client, name))}, and {len(planned)} when asked for"


@behaviour("Listing", "an unknown filter is refused", "ListSecrets", "refused")
def _(client: SecretsManagerClient, name: str) -> str:
    return refused(client.list_secrets, Filters=[{"Key": "bogus", "Values": ["x"]}])


@behaviour(
    "Listing",
    "a garbled page token is refused",
    "ListSecrets",
    "InvalidNextTokenException",
    moto="crash: ValueError",
    localstack="InternalError",
)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.list_secrets, NextToken="garbage")


@behaviour(
    "Listing",
    "versions are listed a page at a time",
    "ListSecretVersionIds",
    "1 on the first page",
    moto="2 on the first page",
    localstack="2 on the first page",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    put(client, name, 1)
    page = client.list_secret_version_ids(SecretId=name, MaxResults=1)
    return f"{len(page['Versions'])} on the first page"


@behaviour(
    "Listing",
    "the last page of versions has no NextToken",
    "ListSecretVersionIds",
    "none",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    page = client.list_secret_version_ids(SecretId=name)
    return "one" if "NextToken" in page else "none"


@behaviour(
    "Listing",
    "the versions of a missing secret are not found",
    "ListSecretVersionIds",
    NOT_FOUND,
)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.list_secret_version_ids, SecretId=name)


@behaviour(
    "Listing",
    "versions are listed with the secret's ARN",
    "ListSecretVersionIds",
    "the ARN",
    moto="the name in its place",
)
def _(client: SecretsManagerClient, name: str) -> str:
    arn = create(client, name)
    listed_as = client.list_secret_version_ids(SecretId=name)["ARN"]
    return "the ARN" if listed_as == arn else "the name in its place"


@behaviour(
    "Batches",
    "a missing secret is reported beside those that were found",
    "BatchGetSecretValue",
    f"1 value, {NOT_FOUND}",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, f"{name}/here")
    return batch(client, SecretIdList=[f"{name}/here", f"{name}/missing"])


@behaviour(
    "Batches",
    "a secret scheduled for deletion is reported",
    "BatchGetSecretValue",
    f"1 value, {INVALID}",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, f"{name}/here")
    deleted(client, f"{name}/deleted")
    return batch(client, SecretIdList=[f"{name}/here", f"{name}/deleted"])


@behaviour(
    "Batches",
    "a binary value that was put is read",
    "BatchGetSecretValue",
    "1 value",
    localstack="InternalError",
)
def _(client: SecretsManagerClient, name: str) -> str:
    client.create_secret(Name=name, SecretBinary=b"one")
    client.put_secret_value(SecretId=name, SecretBinary=b"two")
    try:
        return batch(client, SecretIdList=[name])
    except ClientError as error:
        return error.response["Error"]["Code"]


@behaviour(
    "Batches",
    "more than 20 ids are refused",
    "BatchGetSecretValue",
    "refused",
    moto="accepted",
    localstack="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    names = [f"{name}/{number}" for number in range(21)]
    return refused(client.batch_get_secret_value, SecretIdList=names)


@behaviour("Batches", "ids and filters together are refused", "BatchGetSecretValue", "refused")
def _(client: SecretsManagerClient, name: str) -> str:
    filters = [{"Key": "name", "Values": [name]}]
    return refused(client.batch_get_secret_value, SecretIdList=[name], Filters=filters)


@behaviour("Batches", "MaxResults goes with filters alone", "BatchGetSecretValue", PARAMETER)
def _(client: SecretsManagerClient, name: str) -> str:
    return outcome(client.batch_get_secret_value, SecretIdList=[name], MaxResults=1)


@behaviour("Batches", "a filter reads page by page", "BatchGetSecretValue", "2 values, and more")
def _(client: SecretsManagerClient, name: str) -> str:
    for suffix in "abc":
        create(client, f"{name}/{suffix}")
    page = client.batch_get_secret_value(Filters=[{"Key": "name", "Values": [name]}], MaxResults=2)
    return f"{len(page['SecretValues'])} values{', and more' if page.get('NextToken') else ''}"


@behaviour(
    "Passwords",
    "a password has 32 characters and every kind of them",
    "GetRandomPassword",
    "32, every kind",
)
def _(client: SecretsManagerClient, name: str) -> str:
    password = client.get_random_password()["RandomPassword"]
    kinds = (str.islower, str.isupper, str.isdigit, lambda character: character in punctuation)
    every = all(any(kind(character) for character in password) for kind in kinds)
    return f"{len(password)}, {'every kind' if every else 'not every kind'}"


@behaviour("Passwords", "excluded characters do not occur", "GetRandomPassword", "none of them")
def _(client: SecretsManagerClient, name: str) -> str:
    drawn = client.get_random_password(PasswordLength=400, ExcludeCharacters="/@\"'\\")
    return "some" if set(drawn["RandomPassword"]) & set("/@\"'\\") else "none of them"


@behaviour(
    "Rotating",
    "a rotation without a function is refused",
    "RotateSecret",
    INVALID,
    moto="ok",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return outcome(client.rotate_secret, SecretId=name)


@behaviour(
    "Policies",
    "a policy that is not JSON is refused",
    "PutResourcePolicy",
    "refused",
    moto="accepted",
    localstack="accepted",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    return refused(client.put_resource_policy, SecretId=name, ResourcePolicy="not a policy")


@behaviour(
    "Policies",
    "a denying policy denies",
    "PutResourcePolicy",
    "AccessDeniedException",
    moto="one",
    localstack="one",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    client.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(DENY_READING))
    return value(client, name)


@behaviour(
    "Policies",
    "a policy can be validated before it is put",
    "ValidateResourcePolicy",
    "ok",
    moto="crash: NotImplementedError",
    localstack="InternalFailure",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    policy = json.dumps(DENY_READING)
    return outcome(client.validate_resource_policy, SecretId=name, ResourcePolicy=policy)


@behaviour(
    "Policies",
    "the names of a secret's policies can be listed",
    "ListResourcePolicies",
    "ok",
    moto="crash: NotImplementedError",
    localstack="InternalError",
)
def _(client: SecretsManagerClient, name: str) -> str:
    create(client, name)
    call = getattr(client, "list_resource_policies")  # noqa: B009 - Newer than boto3's types.
    return outcome(call, SecretId=name)
