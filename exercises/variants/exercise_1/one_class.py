"""One class knows a client and a secret, and the client's exception classes tell codes apart.

It looks first, and reads where there is something to read. Save creates first, and puts where
that is refused; what AWS answers is the version's id.
"""

from functools import cached_property


class ConfigSecret:
    """One secret that holds a configuration."""

    def __init__(self, client: SecretsManagerClient, name: str) -> None:
        self.client, self.name = client, name

    def read(self) -> Config:
        """Return the configuration; no value is in a variable of this method when it raises."""
        problem, config = self._attempt()
        if problem is not None:
            raise problem
        return config

    def _attempt(self) -> tuple[Exception | None, Config]:
        try:
            if AWSCURRENT not in self.labels:
                return UnusableConfigError(self.name, "no value yet"), {}
            answer = self.client.get_secret_value(SecretId=self.name, VersionStage=AWSCURRENT)
        except self.client.exceptions.ResourceNotFoundException:
            return AbsentConfigError(self.name), {}
        except ClientError as error:
            return self.typed(error), {}
        return self.parsed(answer)

    def parsed(self, answer: Mapping[str, Any]) -> tuple[SecretError | None, Config]:
        """Return no error and the configuration, or an error and nothing."""
        reason: Unusable | None = None
        config = None
        if "SecretBinary" in answer:
            reason = "binary"
        else:
            try:
                config = json.loads(answer["SecretString"])
            except (ValueError, RecursionError):
                reason = "not JSON"
            else:
                reason = None if isinstance(config, dict) else "not an object"
        return (None, config) if reason is None else (UnusableConfigError(self.name, reason), {})

    def why_not_found(self) -> Exception:
        """Return the error for a read that found nothing."""
        try:
            self.client.describe_secret(SecretId=self.name)
        except self.client.exceptions.ResourceNotFoundException:
            return AbsentConfigError(self.name)
        except ClientError as error:
            return self.typed(error)
        return UnusableConfigError(self.name, "no value yet")

    def typed(self, error: ClientError) -> Exception:
        """Return the error that the contract has for AWS's."""
        denied = error.response["Error"]["Code"] == "AccessDeniedException"
        return ForbiddenConfigError(self.name) if denied else error

    @cached_property
    def labels(self) -> dict[str, str]:
        """The version behind each staging label, asked for once."""
        versions = self.client.describe_secret(SecretId=self.name).get("VersionIdsToStages", {})
        return {label: version for version, held in versions.items() for label in held}

    def write(self, text: str, token: str) -> str:
        """Store a value that is known to be new, and return the id that AWS answers."""
        value = {"SecretString": text, "ClientRequestToken": token}
        try:
            answer = self.client.create_secret(Name=self.name, **value)
        except self.client.exceptions.ResourceExistsException:
            answer = self.client.put_secret_value(SecretId=self.name, **value)
        return answer["VersionId"]

    def holding(self, text: str) -> str | None:
        """Return the id of the current version where it holds this JSON already."""
        try:
            answer = self.client.get_secret_value(SecretId=self.name)
        except self.client.exceptions.ResourceNotFoundException:
            return None
        problem, config = self.parsed(answer)
        return answer["VersionId"] if problem is None and as_text(config) == text else None


def load(client: SecretsManagerClient, secret_name: str) -> Config | None:
    try:
        return ConfigSecret(client, secret_name).read()
    except AbsentConfigError:
        return None


def require(client: SecretsManagerClient, secret_name: str) -> Config:
    return ConfigSecret(client, secret_name).read()


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> Config:
    merged = json.loads(json.dumps(base))  # As what is stored is JSON, this is a deep copy.
    for key, value in json.loads(json.dumps(overlay)).items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def lookup(config: Mapping[str, Any], path: str) -> Any:
    here: Any = config
    done: list[str] = []
    for part in path.split("."):
        done.append(part)
        try:
            here = dict.__getitem__(here, part)
        except (KeyError, TypeError):
            raise MissingKeyError(path, ".".join(done)) from None
    return here


def save(
    client: SecretsManagerClient, secret_name: str, config: Mapping[str, Any], token: str
) -> str:
    text = as_text(config)
    size = len(bytes(text, "utf-8"))
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    secret = ConfigSecret(client, secret_name)
    try:
        return secret.holding(text) or secret.write(text, token)
    except ClientError as error:
        raise secret.typed(error) from None


def roll_back(client: SecretsManagerClient, secret_name: str, bad_version_id: str) -> str:
    secret = ConfigSecret(client, secret_name)
    try:
        if AWSCURRENT not in secret.labels:
            raise NothingToRollBackError(secret_name)
        if secret.labels[AWSCURRENT] != bad_version_id:
            return secret.labels[AWSCURRENT]
        if AWSPREVIOUS not in secret.labels:
            raise NothingToRollBackError(secret_name)
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            RemoveFromVersionId=bad_version_id,
            MoveToVersionId=secret.labels[AWSPREVIOUS],
        )
    except ClientError as error:
        raise secret.typed(error) from error
    return secret.labels[AWSPREVIOUS]


def load_many(client: SecretsManagerClient, secret_names: Sequence[str]) -> Environments:
    environments = Environments({}, {})
    queue = [list(secret_names[at : at + MAX_BATCH]) for at in range(0, len(secret_names), 20)]
    while queue:
        names = queue.pop()
        token = ""
        while token is not None:
            page = client.batch_get_secret_value(
                SecretIdList=names, **({"NextToken": token} if token else {})
            )
            _sort_in(client, page, environments)
            token = page.get("NextToken")
    return environments


def _sort_in(client: SecretsManagerClient, page: Any, environments: Environments) -> None:
    for entry in page.get("SecretValues", []):
        problem, config = ConfigSecret(client, entry["Name"]).parsed(entry)
        if problem is None:
            environments.configs[entry["Name"]] = config
        else:
            environments.problems[entry["Name"]] = problem
    for entry in page.get("Errors", []):
        environments.problems[entry["SecretId"]] = _reported(client, entry)


def _reported(client: SecretsManagerClient, entry: Any) -> SecretError:
    name, code = entry["SecretId"], entry["ErrorCode"]
    if code == "AccessDeniedException":
        return ForbiddenConfigError(name)
    if code == "ResourceNotFoundException":
        found = ConfigSecret(client, name).why_not_found()
        if isinstance(found, SecretError):
            return found
        raise found
    return UnreadConfigError(name, code)
