"""The template is deployed as far as an emulator goes: moto's CloudFormation.

LocalStack gets no further: as it is installed without Docker, it has no CloudFormation, and its
Lambda runs functions in Docker alone.
"""

from __future__ import annotations

import ast
import io
import json
import sys
import warnings
import zipfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from secrets_manager.lab.backends import open_backend
from secrets_manager.production import package

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("deployment")  # Loading moto's services once is enough.

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "src" / "secrets_manager" / "production" / "template.yaml"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod"
PARAMETERS = {
    "SecretArn": f"{ARN}/shop-a1B2c3",
    "MasterSecretArn": f"{ARN}/master-d4E5f6",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/0f",
    "SubnetIds": "subnet-0a,subnet-0b",
    "SecurityGroupIds": "sg-0c",
    "CodeBucket": "builds",
    "CodeKey": "rotation-0123456789ab.zip",
}
NOT_DEPLOYED = ("AWS::SecretsManager::RotationSchedule", "AWS::CloudWatch::Alarm")


@pytest.fixture(scope="module")
def heard() -> Iterator[list[str]]:
    """Deploy the template, and yield what moto warned of meanwhile."""
    with pytest.MonkeyPatch.context() as patch, open_backend("moto"):
        import_cloudformation(patch)
        bucket = boto3.client("s3")
        bucket.create_bucket(Bucket=PARAMETERS["CodeBucket"])
        bucket.put_object(Bucket=PARAMETERS["CodeBucket"], Key=PARAMETERS["CodeKey"], Body=a_zip())
        yield deploy("rotation")


@pytest.mark.usefixtures("heard")
def test_the_function_runs_the_zip_in_the_vpc_and_encrypts() -> None:
    function = boto3.client("lambda").get_function(FunctionName="rotation")["Configuration"]

    assert (function["Runtime"], function["Handler"]) == (package.RUNTIME, "rotation.handler")
    assert function["VpcConfig"]["SubnetIds"] == PARAMETERS["SubnetIds"].split(",")
    assert function["Environment"]["Variables"]["PGSSLMODE"] == "verify-full"


@pytest.mark.usefixtures("heard")
def test_the_role_is_for_these_two_secrets_and_their_key() -> None:
    iam = boto3.client("iam")
    role = boto3.client("lambda").get_function(FunctionName="rotation")["Configuration"]["Role"]

    granted = iam.get_role_policy(RoleName=role.rpartition("/")[2], PolicyName="rotate")

    # moto keeps as Python prints it what botocore would read as JSON.
    policy = ast.literal_eval(str(granted["PolicyDocument"]))
    assert [each["Resource"] for each in policy["Statement"]] == [
        PARAMETERS["SecretArn"],
        PARAMETERS["MasterSecretArn"],
        "*",
        PARAMETERS["KmsKeyArn"],
    ]


@pytest.mark.usefixtures("heard")
def test_only_secrets_manager_may_call_the_function_for_this_secret_of_this_account() -> None:
    policy = boto3.client("lambda").get_policy(FunctionName="rotation")["Policy"]

    [statement] = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Condition"] == {
        "StringEquals": {"AWS:SourceAccount": "123456789012"},
        "ArnLike": {"AWS:SourceArn": PARAMETERS["SecretArn"]},
    }


@pytest.mark.usefixtures("heard")
def test_a_stack_that_is_deleted_takes_everything_with_it() -> None:
    before = deployed()
    deploy("another")
    during = deployed()

    boto3.client("cloudformation").delete_stack(StackName="another")

    assert [len(each) - 1 for each in during] == [len(each) for each in before]
    assert deployed() == before


def test_what_moto_cannot_deploy_is_the_schedule_and_the_alarm(heard: list[str]) -> None:
    """When this fails, moto has learned more: look at it above as well."""
    assert len(heard) == len(NOT_DEPLOYED)
    assert all(kind in said for kind, said in zip(NOT_DEPLOYED, heard, strict=True))


def deploy(stack: str) -> list[str]:
    """Create a stack, and return what moto says that it leaves out."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", UserWarning)
        boto3.client("cloudformation").create_stack(
            StackName=stack,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in PARAMETERS.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
    return [str(warning.message) for warning in heard if warning.category is UserWarning]


def deployed() -> list[list[str]]:
    """Return the names of all functions, roles and logs that there are."""
    functions = boto3.client("lambda").list_functions()["Functions"]
    roles = boto3.client("iam").list_roles()["Roles"]
    logs = boto3.client("logs").describe_log_groups()["logGroups"]
    return [
        [each["FunctionName"] for each in functions],
        [each["RoleName"] for each in roles],
        [each["logGroupName"] for each in logs],
    ]


def import_cloudformation(patch: pytest.MonkeyPatch) -> None:
    """Import moto's CloudFormation without what its API Gateway checks OpenAPI documents with.

    It imports every service that it could deploy, and that one wants a dozen packages.
    """
    for part in ("", ".validation", ".validation.exceptions"):
        module: Any = ModuleType(f"openapi_spec_validator{part}")
        module.validate, module.OpenAPIValidationError = None, Exception
        patch.setitem(sys.modules, module.__name__, module)
    import moto.cloudformation.parsing  # noqa: F401


def a_zip() -> bytes:
    """Return a zip that Lambda would take."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(package.HANDLER, "def handler(event, context): ...\n")
    return data.getvalue()
