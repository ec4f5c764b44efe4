"""One long function per task, early returns, and loops that look again after a lost race."""

import copy


def code_of(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def load(client: SecretsManagerClient, secret_name: str) -> Config | None:
    try:
        config = require(client, secret_name)
    except AbsentConfigError:
        config = None
    return config


def require(client: SecretsManagerClient, secret_name: str) -> Config:
    error, config = look_at(client, secret_name)
    if error is None:
        return config
    raise error


def look_at(  # noqa: C901 - One long function is the style, as below.
    client: SecretsManagerClient, secret_name: str
) -> tuple[SecretError | None, Config]:
    text = None
    try:
        answer = client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if code_of(error) == "AccessDeniedException":
            return ForbiddenConfigError(secret_name), {}
        if code_of(error) != "ResourceNotFoundException":
            raise
        answer = None
    if answer is None:
        try:
            client.describe_secret(SecretId=secret_name)
        except ClientError as error:
            if code_of(error) == "AccessDeniedException":
                return ForbiddenConfigError(secret_name), {}
            if code_of(error) == "ResourceNotFoundException":
                return AbsentConfigError(secret_name), {}
            raise
        return UnusableConfigError(secret_name, "no value yet"), {}
    text = answer.get("SecretString")
    if text is None:
        return UnusableConfigError(secret_name, "binary"), {}
    try:
        config = json.loads(text)
    except Exception:
        return UnusableConfigError(secret_name, "not JSON"), {}
    if type(config) is not dict:
        return UnusableConfigError(secret_name, "not an object"), {}
    return None, config


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    result = copy.deepcopy(dict(base))
    todo = [(result, overlay)]
    while todo:
        target, source = todo.pop()
        for key in source:
            if isinstance(target.get(key), dict) and isinstance(source[key], dict):
                todo.append((target[key], source[key]))
            else:
                target[key] = copy.deepcopy(source[key])
    return result


def lookup(config: Mapping[str, Any], path: str) -> Any:
    def search(value: Any, rest: str, seen: str) -> Any:
        part, dot, rest = rest.partition(".")
        seen = f"{seen}.{part}" if seen else part
        if not isinstance(value, dict):
            raise MissingKeyError(path, seen)
        if part not in value:
            raise MissingKeyError(path, seen)
        if not dot:
            return value[part]
        return search(value[part], rest, seen)

    return search(config, path, "")


def save(  # noqa: C901
    client: SecretsManagerClient, secret_name: str, config: Mapping[str, Any], token: str
) -> str:
    text = as_text(config)
    if len(text.encode()) > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, len(text.encode()))
    try:
        for _ in range(3):
            exists = True
            try:
                answer = client.get_secret_value(SecretId=secret_name)
                if "SecretString" in answer:
                    try:
                        if as_text(json.loads(answer["SecretString"])) == text:
                            return answer["VersionId"]
                    except (ValueError, RecursionError):
                        pass
            except client.exceptions.ResourceNotFoundException:
                try:
                    client.describe_secret(SecretId=secret_name)
                except client.exceptions.ResourceNotFoundException:
                    exists = False
            try:
                if exists:
                    client.put_secret_value(
                        SecretId=secret_name, SecretString=text, ClientRequestToken=token
                    )
                else:
                    client.create_secret(
                        Name=secret_name, SecretString=text, ClientRequestToken=token
                    )
                return token
            except client.exceptions.ResourceExistsException:
                if exists:
                    raise
            except client.exceptions.ResourceNotFoundException:
                if not exists:
                    raise
    except ClientError as error:
        if code_of(error) == "AccessDeniedException":
            raise ForbiddenConfigError(secret_name) from None
        raise
    raise AbsentConfigError(secret_name)


def roll_back(client: SecretsManagerClient, secret_name: str, bad_version_id: str) -> str:
    while True:
        try:
            versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages") or {}
            current = [version for version in versions if AWSCURRENT in versions[version]]
            previous = [version for version in versions if AWSPREVIOUS in versions[version]]
            if not current:
                raise NothingToRollBackError(secret_name)
            if current != [bad_version_id]:
                return current[0]
            if not previous:
                raise NothingToRollBackError(secret_name)
            client.update_secret_version_stage(
                SecretId=secret_name,
                VersionStage=AWSCURRENT,
                MoveToVersionId=previous[0],
                RemoveFromVersionId=bad_version_id,
            )
            return previous[0]
        except ClientError as error:
            if code_of(error) == "AccessDeniedException":
                raise ForbiddenConfigError(secret_name) from None
            if code_of(error) != "InvalidParameterException":
                raise  # Else the label has moved meanwhile: look again.


def load_many(  # noqa: C901
    client: SecretsManagerClient, secret_names: Sequence[str]
) -> Environments:
    configs: dict[str, Config] = {}
    problems: dict[str, SecretError] = {}
    names = list(secret_names)
    while names:
        now, names = names[:MAX_BATCH], names[MAX_BATCH:]
        answer = client.batch_get_secret_value(SecretIdList=now)
        while True:
            for entry in answer.get("SecretValues", []):
                if isinstance(entry.get("SecretString"), str):
                    try:
                        config = json.loads(entry["SecretString"])
                        if isinstance(config, dict):
                            configs[entry["Name"]] = config
                            continue
                        problem = UnusableConfigError(entry["Name"], "not an object")
                    except (ValueError, RecursionError):
                        problem = UnusableConfigError(entry["Name"], "not JSON")
                else:
                    problem = UnusableConfigError(entry["Name"], "binary")
                problems[entry["Name"]] = problem
            for entry in answer.get("Errors", []):
                name = entry["SecretId"]
                if entry["ErrorCode"] == "AccessDeniedException":
                    problems[name] = ForbiddenConfigError(name)
                elif entry["ErrorCode"] == "ResourceNotFoundException":
                    problems[name] = look_at(client, name)[0] or UnreadConfigError(
                        name, entry["ErrorCode"]
                    )
                else:
                    problems[name] = UnreadConfigError(name, entry["ErrorCode"])
            if not answer.get("NextToken"):
                break
            answer = client.batch_get_secret_value(SecretIdList=now, NextToken=answer["NextToken"])
    return Environments(configs, problems)
