"""Generators make streams of answers, and an ExitStack gives AWS's refusals a type at the exit.

What a batch did not find is looked at once more, caught, and stripped of its traceback.
"""

from contextlib import ExitStack, suppress
from functools import reduce
from itertools import islice


def _forbidding(secret_name: str) -> ExitStack:
    """Return a block in which a denied call becomes a ForbiddenConfigError."""

    def translate(_kind: Any, error: BaseException | None, _trace: Any) -> bool:
        if getattr(error, "response", {}).get("Error", {}).get("Code") == "AccessDeniedException":
            raise ForbiddenConfigError(secret_name)
        return False

    stack = ExitStack()
    stack.push(translate)
    return stack


def _reason(text: str | None, value: list[Any]) -> Unusable | None:
    """Return why a text is no configuration; what it holds otherwise is appended to *value*."""
    if text is None:
        return "binary"
    with suppress(ValueError, RecursionError):
        value.append(json.loads(text))
    if not value:
        return "not JSON"
    return None if isinstance(value[0], dict) else "not an object"


def _look(client: SecretsManagerClient, secret_name: str) -> tuple[Unusable | None, list[Any]]:
    value: list[Any] = []
    with _forbidding(secret_name):
        try:
            text = client.get_secret_value(SecretId=secret_name).get("SecretString")
        except client.exceptions.ResourceNotFoundException:
            pass
        else:
            return _reason(text, value), value
        try:
            client.list_secret_version_ids(SecretId=secret_name)
        except client.exceptions.ResourceNotFoundException:
            raise AbsentConfigError(secret_name) from None
    return "no value yet", value


def require(client: SecretsManagerClient, secret_name: str) -> Config:
    reason, value = _look(client, secret_name)
    if reason is None:
        return value[0]
    value.clear()  # Before the error keeps this function's variables.
    raise UnusableConfigError(secret_name, reason)


def load(client: SecretsManagerClient, secret_name: str) -> Config | None:
    with suppress(AbsentConfigError):
        return require(client, secret_name)
    return None


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each object of a JSON value as an empty one, and then what is in it, by its path."""
    if isinstance(value, dict):
        yield path, {}
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    else:
        yield path, json.loads(json.dumps(value))


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    merged: Config = {}
    for source in (base, overlay):
        for (*above, key), leaf in (each for each in _leaves(source) if each[0]):
            into = reduce(dict.__getitem__, above, merged)
            if not (leaf == {} and isinstance(leaf, dict) and isinstance(into.get(key), dict)):
                into[key] = leaf
    return merged


def lookup(config: Mapping[str, Any], path: str) -> Any:
    parts = path.split(".")

    def step(value: Any, depth: int) -> Any:
        if isinstance(value, dict) and parts[depth] in value:
            return value[parts[depth]]
        raise MissingKeyError(path, ".".join(parts[: depth + 1]))

    return reduce(step, range(len(parts)), config)


def save(
    client: SecretsManagerClient, secret_name: str, config: Mapping[str, Any], token: str
) -> str:
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    value = {"SecretString": text, "ClientRequestToken": token}
    with _forbidding(secret_name):
        with suppress(client.exceptions.ResourceNotFoundException):
            now = client.get_secret_value(SecretId=secret_name)
            stored: list[Any] = []
            if _reason(now.get("SecretString"), stored) is None and as_text(stored[0]) == text:
                return now["VersionId"]
        for attempt in (client.put_secret_value, client.create_secret, client.put_secret_value):
            key = "Name" if attempt == client.create_secret else "SecretId"
            missed = (
                client.exceptions.ResourceExistsException
                if key == "Name"
                else client.exceptions.ResourceNotFoundException
            )
            with suppress(missed):
                attempt(**{key: secret_name}, **value)
                return token
    raise AbsentConfigError(secret_name)


def _versions(client: SecretsManagerClient, secret_name: str) -> Iterator[Any]:
    more: dict[str, str] = {}
    while True:
        answer = client.list_secret_version_ids(SecretId=secret_name, **more)
        yield from answer["Versions"]
        if not answer.get("NextToken"):
            return
        more = {"NextToken": answer["NextToken"]}


def roll_back(client: SecretsManagerClient, secret_name: str, bad_version_id: str) -> str:
    with _forbidding(secret_name):
        holders = {
            label: version["VersionId"]
            for version in _versions(client, secret_name)
            for label in version.get("VersionStages", ())
        }
        if holders.get(AWSCURRENT, bad_version_id) != bad_version_id:
            return holders[AWSCURRENT]
        if not {AWSCURRENT, AWSPREVIOUS} <= holders.keys():
            raise NothingToRollBackError(secret_name)
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=holders[AWSPREVIOUS],
            RemoveFromVersionId=bad_version_id,
        )
    return holders[AWSPREVIOUS]


def _answers(client: SecretsManagerClient, secret_names: Sequence[str]) -> Iterator[Any]:
    rest = iter(secret_names)
    while names := list(islice(rest, MAX_BATCH)):
        answer: Any = {"NextToken": None}
        while "NextToken" in answer:
            token = answer["NextToken"]
            more = {} if token is None else {"NextToken": token}
            answer = client.batch_get_secret_value(SecretIdList=names, **more)
            yield answer


def load_many(client: SecretsManagerClient, secret_names: Sequence[str]) -> Environments:
    configs: dict[str, Config] = {}
    problems: dict[str, SecretError] = {}
    for answer in _answers(client, secret_names):
        for entry in answer.get("SecretValues", ()):
            value: list[Any] = []
            reason = _reason(entry.get("SecretString"), value)
            if reason is None:
                configs[entry["Name"]] = value[0]
            else:
                problems[entry["Name"]] = UnusableConfigError(entry["Name"], reason)
        for entry in answer.get("Errors", ()):
            name = entry["SecretId"]
            problems[name] = _told(client, name, entry["ErrorCode"])
    return Environments(configs, problems)


def _told(client: SecretsManagerClient, secret_name: str, code: str) -> SecretError:
    if code == "AccessDeniedException":
        return ForbiddenConfigError(secret_name)
    if code == "ResourceNotFoundException":
        try:
            _look(client, secret_name)
        except SecretError as error:
            return error.with_traceback(None)
        return UnusableConfigError(secret_name, "no value yet")
    return UnreadConfigError(secret_name, code)
