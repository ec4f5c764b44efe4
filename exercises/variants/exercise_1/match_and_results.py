"""Functions return what is wrong as a value, and `match` tells values apart; nothing is a class."""

from copy import deepcopy


def _code_of(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _ask(call, **arguments) -> tuple[str, dict[str, Any] | None, ClientError | None]:
    try:
        return "", call(**arguments), None
    except ClientError as error:
        return _code_of(error), None, error


def _interpret(secret_name: str, answer: Mapping[str, Any]) -> Config | UnusableConfigError:
    match answer:
        case {"SecretString": str(text)}:
            pass
        case _:
            return UnusableConfigError(secret_name, "binary")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return UnusableConfigError(secret_name, "not JSON")
    match value:
        case dict():
            return value
        case _:
            return UnusableConfigError(secret_name, "not an object")


def _diagnose(client: SecretsManagerClient, secret_name: str, code: str) -> SecretError | None:
    match code:
        case "AccessDeniedException":
            return ForbiddenConfigError(secret_name)
        case "ResourceNotFoundException":
            code, _, error = _ask(client.describe_secret, SecretId=secret_name)
            match code:
                case "":
                    return UnusableConfigError(secret_name, "no value yet")
                case "ResourceNotFoundException":
                    return AbsentConfigError(secret_name)
                case "AccessDeniedException":
                    return ForbiddenConfigError(secret_name)
            raise error
    return None


def _outcome(client: SecretsManagerClient, secret_name: str) -> Config | Exception:
    code, answer, error = _ask(client.get_secret_value, SecretId=secret_name)
    if answer is not None:
        return _interpret(secret_name, answer)
    return _diagnose(client, secret_name, code) or error


def load(client: SecretsManagerClient, secret_name: str) -> Config | None:
    match _outcome(client, secret_name):
        case AbsentConfigError():
            return None
        case Exception() as error:
            raise error
        case config:
            return config


def require(client: SecretsManagerClient, secret_name: str) -> Config:
    match _outcome(client, secret_name):
        case Exception() as error:
            raise error
        case config:
            return config


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    def both(below: Any, above: Any) -> Any:
        match below, above:
            case dict(), dict():
                return merge(below, above)
            case _:
                return deepcopy(above)

    return {
        key: both(base.get(key), overlay[key]) if key in overlay else deepcopy(base[key])
        for key in [*base, *(key for key in overlay if key not in base)]
    }


def lookup(config: Mapping[str, Any], path: str) -> Any:
    def walk(here: Any, done: list[str], rest: list[str]) -> Any:
        match rest:
            case []:
                return here
            case [part, *others]:
                done = [*done, part]
                match here:
                    case dict() if part in here:
                        return walk(here[part], done, others)
        raise MissingKeyError(path, ".".join(done))

    return walk(config, [], path.split("."))


def save(
    client: SecretsManagerClient, secret_name: str, config: Mapping[str, Any], token: str
) -> str:
    text = as_text(config)
    if (size := len(text.encode("utf-8"))) > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)

    def done(code: str, error: ClientError | None) -> str:
        match code:
            case "":
                return token
            case "AccessDeniedException":
                raise ForbiddenConfigError(secret_name)
        raise error

    code, answer, error = _ask(client.get_secret_value, SecretId=secret_name)
    if code not in ("", "ResourceNotFoundException"):
        return done(code, error)
    stored = _interpret(secret_name, answer) if answer else None
    if isinstance(stored, dict) and as_text(stored) == text:
        return answer["VersionId"]

    value = {"SecretString": text, "ClientRequestToken": token}
    code, _, error = _ask(client.put_secret_value, SecretId=secret_name, **value)
    if code == "ResourceNotFoundException":
        code, _, error = _ask(client.create_secret, Name=secret_name, **value)
        if code == "ResourceExistsException":
            code, _, error = _ask(client.put_secret_value, SecretId=secret_name, **value)
    return done(code, error)


def roll_back(client: SecretsManagerClient, secret_name: str, bad_version_id: str) -> str:
    code, answer, error = _ask(client.describe_secret, SecretId=secret_name)
    current = previous = None
    for version, labels in (answer or {}).get("VersionIdsToStages", {}).items():
        current = version if AWSCURRENT in labels else current
        previous = version if AWSPREVIOUS in labels else previous
    match code, current, previous:
        case "", None, _:
            raise NothingToRollBackError(secret_name)
        case "", str(), _ if current != bad_version_id:
            return current
        case "", _, None:
            raise NothingToRollBackError(secret_name)
        case "", _, _:
            code, _, error = _ask(
                client.update_secret_version_stage,
                SecretId=secret_name,
                VersionStage=AWSCURRENT,
                MoveToVersionId=previous,
                RemoveFromVersionId=bad_version_id,
            )
    match code:
        case "":
            return previous
        case "AccessDeniedException":
            raise ForbiddenConfigError(secret_name)
    raise error


def load_many(client: SecretsManagerClient, secret_names: Sequence[str]) -> Environments:
    found: dict[str, Config | SecretError] = {}
    asked = [
        list(secret_names[start : start + MAX_BATCH])
        for start in range(0, len(secret_names), MAX_BATCH)
    ]
    for names in asked:
        following: dict[str, Any] = {}
        while True:
            answer = client.batch_get_secret_value(SecretIdList=names, **following)
            for entry in answer.get("SecretValues", ()):
                found[entry["Name"]] = _interpret(entry["Name"], entry)
            for entry in answer.get("Errors", ()):
                name, code = entry["SecretId"], entry["ErrorCode"]
                found[name] = _diagnose(client, name, code) or UnreadConfigError(name, code)
            match answer:
                case {"NextToken": str(token)} if token:
                    following = {"NextToken": token}
                case _:
                    break
    return Environments(
        {name: each for name, each in found.items() if isinstance(each, dict)},
        {name: each for name, each in found.items() if isinstance(each, SecretError)},
    )
