"""What `make lambda` packs rotates a real password, a new process for each step, as Lambda does.

The process gets the unpacked zip and the standard library, and nothing else. What this cannot
show is AWS itself: that Lambda loads the zip, and that Secrets Manager calls it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import ssl
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from secrets_manager.lab.rotation import rotate_secret
from secrets_manager.production import package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = f"python3.{sys.version_info.minor}"
AMAZON_LINUX_2023_GLIBC = 34  # 2.34.
SSL_REQUEST_BYTES = 8

# What Lambda's runtime does: the package's folder first, then Python's own.
LAMBDA = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
import rotation
rotation.handler(json.loads(sys.argv[2]), None)
strangers = [m.__file__ for m in sys.modules.values()
    if getattr(m, "__file__", None) and "lib/python" not in m.__file__
    and not m.__file__.startswith(sys.argv[1])]
print(json.dumps([strangers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""

pytestmark = [pytest.mark.packed, pytest.mark.timeout(300)]
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="Lambda's packages are for Linux, and load nowhere else"
)


@pytest.fixture(scope="session")
def var_task(solution: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the zip for this machine's processor and Python."""
    folder = tmp_path_factory.mktemp("lambda")
    processor = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    built = package.build(solution, processor, HERE, folder=folder)
    with zipfile.ZipFile(built.file) as archive:
        archive.extractall(folder / "task")
    return folder / "task"


class Authority:
    """A CA of this test alone, and the settings by which the template makes libpq trust it."""

    def __init__(self, folder: Path, name: str = "a CA") -> None:
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.sign(name, self.key.public_key(), is_ca=True)

    @property
    def settings(self) -> dict[str, str]:
        """The variables for libpq, with the CA's certificate for the bundle."""
        bundle = self.folder / package.CA_BUNDLE
        bundle.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(bundle)}

    def context_for(self, host: str) -> ssl.SSLContext:
        """Return what a server of this name needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        files = self.folder / f"{host}.pem", self.folder / f"{host}.key"
        certificate = self.sign(host, key.public_key())
        files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        return context

    def sign(self, name: str, key: ec.EllipticCurvePublicKey, *, is_ca: bool = False) -> Any:
        """Return a certificate for a day."""
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        return (
            x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def tls_before(shop: Any, context: ssl.SSLContext | None) -> Iterator[None]:
    """Let both secrets lead to the database by way of TLS, which the embedded one lacks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener, shop.server, context), daemon=True).start()
        for arn in (shop.secret_arn, shop.master_arn):
            client, place = shop.client, {"host": "localhost", "port": listener.getsockname()[1]}
            value = client.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")
            login = {**json.loads(value["SecretString"]), **place}
            client.put_secret_value(SecretId=arn, SecretString=json.dumps(login))
        yield


def accept(listener: socket.socket, server: Any, context: ssl.SSLContext | None) -> None:
    """Answer each client's SSLRequest, then pass on what either side says.

    https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
    """
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            client.recv(SSL_REQUEST_BYTES)
            client.sendall(b"S" if context else b"N")
            with suppress(OSError):  # The client hangs up on a certificate that it does not trust.
                near = context.wrap_socket(client, server_side=True) if context else client
                far = socket.create_connection((server.host, server.port))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=relay, args=ends, daemon=True).start()


def relay(source: socket.socket, target: socket.socket) -> None:
    """Pass on what one side says, until it says no more."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.close()


@pytest.fixture
def endpoint(shop: Any) -> Iterator[str]:
    """Serve the moto of this process to others."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Lambda:
    """A function that runs each event in a process of its own."""

    def __init__(self, folder: Path, endpoint: str, **variables: str) -> None:
        self.folder = folder
        self.variables = {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
            **variables,
        }
        self.megabytes: list[int] = []

    def __call__(self, event: dict[str, str], context: object) -> None:
        """Run one step."""
        run = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAMBDA, self.folder, json.dumps(event)],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
        )
        if run.returncode != 0:
            raise RuntimeError(run.stderr)
        strangers, megabytes = json.loads(run.stdout)
        assert strangers == []
        self.megabytes.append(megabytes)


@on_linux
def test_the_zip_rotates_there_and_back_with_a_new_process_for_each_step(
    shop: Any, var_task: Path, endpoint: str, template: Any
) -> None:
    first = shop.current_user()
    function = Lambda(var_task, endpoint, PGSSLMODE="disable")

    users = []
    for _ in range(2):
        rotate_secret(shop.client, shop.secret_arn, function)
        users.append(shop.current_user())

    assert users == [f"{first}_clone", first]
    assert len(function.megabytes) == 2 * 4
    memory = template["Resources"]["Function"]["Properties"]["MemorySize"]
    assert max(function.megabytes) < memory


@on_linux
def test_over_tls_it_rotates_where_the_bundle_vouches_for_the_server(
    shop: Any, var_task: Path, endpoint: str, authority: Authority
) -> None:
    first = shop.current_user()
    function = Lambda(var_task, endpoint, **authority.settings)

    with tls_before(shop, authority.context_for("localhost")):
        rotate_secret(shop.client, shop.secret_arn, function)

    assert shop.current_user() == f"{first}_clone"


@on_linux
@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        ("no TLS", "server does not support SSL, but SSL was required"),
        ("another CA", "certificate verify failed"),
        ("another host", 'does not match host name "localhost"'),
        ("no bundle", "root certificate file .* does not exist"),
    ],
)
def test_with_the_templates_settings_it_refuses_a_server_that_it_cannot_verify(
    shop: Any, var_task: Path, endpoint: str, authority: Authority, trouble: str, problem: str
) -> None:
    before = shop.login()
    name = "another.example" if trouble == "another host" else "localhost"
    signer = Authority(authority.folder, "another CA") if trouble == "another CA" else authority
    settings = authority.settings
    if trouble == "no bundle":
        settings["PGSSLROOTCERT"] = str(var_task / package.CA_BUNDLE)
    context = None if trouble == "no TLS" else signer.context_for(name)

    with tls_before(shop, context), pytest.raises(RuntimeError, match=problem) as caught:
        rotate_secret(shop.client, shop.secret_arn, Lambda(var_task, endpoint, **settings))

    assert "DatabaseUnreachableError" in str(caught.value)
    assert shop.login()["username"] == before["username"]


def test_the_same_source_is_packed_to_the_same_bytes(solution: Path, tmp_path: Path) -> None:
    first, second = (
        package.build(solution, folder=tmp_path / name).file.read_bytes() for name in "ab"
    )

    assert first == second
    assert str(tmp_path).encode() not in first


def test_what_a_handler_may_import_is_what_the_zip_has(var_task: Path) -> None:
    names = {path.name.removesuffix(".py") for path in var_task.iterdir()} - {"__pycache__"}

    modules = {name for name in names if name.isidentifier()}
    assert modules == {*package.MODULES, package.PACKAGE.name, "rotation"}


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "x86_64"), ("arm64", "aarch64")])
def test_the_compiled_parts_are_for_lambdas_python_processor_and_system(
    solution: Path, tmp_path: Path, architecture: str, machine: str
) -> None:
    built = package.build(solution, architecture, folder=tmp_path)

    with zipfile.ZipFile(built.file) as archive:
        compiled = [name for name in archive.namelist() if re.search(r"\.so(\.|$)", name)]
        wanted = {
            int(minor)
            for name in compiled
            for minor in re.findall(rb"GLIBC_2\.(\d+)", archive.read(name))
        }
        paths = [
            name for name in archive.namelist() if os.fsencode(sys.prefix) in archive.read(name)
        ]
    tag = f"cpython-{package.RUNTIME.removeprefix('python').replace('.', '')}-{machine}-linux-gnu"
    assert {name for name in compiled if "cpython" in name} == {
        f"psycopg_binary/{name}.{tag}.so" for name in ("_psycopg", "pq")
    }
    assert max(wanted) <= AMAZON_LINUX_2023_GLIBC
    assert paths == []
