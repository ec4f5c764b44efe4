"""`make lambda` packs a whole handler unchanged, or says in one sentence why it does not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from secrets_manager.lab.errors import LabError
from secrets_manager.production import package

if TYPE_CHECKING:
    from collections.abc import Callable

    Pack = Callable[..., package.Zip]

ROOT = Path(__file__).resolve().parents[2]
STUB = ROOT / "exercises" / ".stubs" / "exercise_3.py"
HANDLER = "def handler(event, context):\n    return None\n"
KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """Pack a source, with packages that need no fetching."""
    names = ("boto3/__init__.py", "botocore/__init__.py", "botocore/exceptions.py")
    packages = dict.fromkeys((*names, "psycopg/__init__.py"), b"# A package.\n")

    def found(*_: str) -> dict[str, bytes]:
        first = next(iter(packages))
        packages[first] = packages.pop(first)  # A folder is listed in any order.
        return dict(packages)

    monkeypatch.setattr(package, "_packages", found)

    def pack(source: str | Path, ca_bundle: Path | None = None) -> package.Zip:
        file = source if isinstance(source, Path) else tmp_path / "learners.py"
        if isinstance(source, str):
            file.write_text(source)
        return package.build(file, ca_bundle=ca_bundle, folder=tmp_path / "built")

    return pack


def test_the_handler_goes_in_unchanged(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_bytes(b"# \xc3\xa9, in no line that ends as another\r\n" + HANDLER.encode())

    built = pack(file)

    with zipfile.ZipFile(built.file) as archive:
        assert archive.read("rotation.py") == file.read_bytes()


def test_the_course_goes_in_without_its_rooms(pack: Pack) -> None:
    built = pack(HANDLER)

    with zipfile.ZipFile(built.file) as archive:
        course = {name for name in archive.namelist() if name.startswith("secrets_manager")}
    names = ("__init__", "client", "values")
    assert course == {f"secrets_manager/{name}.py" for name in names}


def test_the_same_input_makes_the_same_bytes_and_another_makes_another_name(pack: Pack) -> None:
    first = pack(HANDLER)
    data = first.file.read_bytes()

    again, other = pack(HANDLER), pack(HANDLER + "# Changed.\n")

    assert again.file == first.file
    assert other.file != first.file
    assert pack(HANDLER).file.read_bytes() == data


def test_a_new_zip_takes_the_place_of_the_old_one(pack: Pack) -> None:
    pack(HANDLER)

    built = pack(HANDLER + "# Changed.\n")

    assert list(built.file.parent.iterdir()) == [built.file]


def test_every_file_can_be_read_by_lambdas_user(pack: Pack) -> None:
    built = pack(HANDLER)

    with zipfile.ZipFile(built.file) as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (STUB, "is not done, to be written are handler, current_version, other_user, "),
        (HANDLER + "def pair():\n    raise NotImplementedError\n", "to be written are pair."),
        (Path("no_such.py"), "no_such.py: No such file or directory. Name a handler's file"),
        ("class", "is no Python: invalid syntax"),
        ("x = '\0'", "is no Python: "),
        ("def other(): ...", "has no function named handler"),
        ("class A:\n    def handler(self): ...", "has no function named handler"),
        (f"from secrets_manager.lab import rotation\n{HANDLER}", "imports secrets_manager.lab,"),
        (f"from secrets_manager import AWSCURRENT, lab\n{HANDLER}", "imports secrets_manager.lab,"),
        (f"import requests.auth\n{HANDLER}", "imports requests.auth, which Lambda will not have"),
        (f"{HANDLER}def later():\n    import requests\n", "imports requests, which Lambda"),
        (f"{HANDLER}if HANDLER:\n    import moto.core\n", "imports moto.core, which Lambda"),
        (f"try:\n    import moto\nfinally:\n    x = 1\n{HANDLER}", "imports moto, which Lambda"),
        (f"try:\n    import moto\nexcept OSError:\n    x = 1\n{HANDLER}", "imports moto, which"),
        (f"with open(HANDLER):\n    import moto\n{HANDLER}", "imports moto, which Lambda"),
    ],
)
def test_what_is_no_whole_handler_is_refused_in_a_sentence(
    pack: Pack, source: str | Path, sentence: str
) -> None:
    with pytest.raises(LabError) as caught:
        pack(source)

    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "make " in str(caught.value)


def test_what_is_imported_for_types_alone_need_not_be_packed(pack: Pack) -> None:
    pack(
        f"if TYPE_CHECKING:\n    import mypy_boto3_secretsmanager\nimport psycopg, json\n{HANDLER}"
    )


def test_what_a_handler_can_do_without_need_not_be_packed(pack: Pack) -> None:
    pack(f"try:\n    import orjson\nexcept ImportError:\n    import json\n{HANDLER}")
    pack(f"with suppress(ImportError):\n    import orjson\n{HANDLER}")


def test_the_zip_of_before_stays_where_the_next_is_refused(pack: Pack) -> None:
    built = pack(HANDLER)

    with pytest.raises(LabError):
        pack(STUB)

    assert built.file.exists()


@pytest.mark.parametrize(
    ("bundle", "sentence"),
    [
        (None, "is no bundle of certificates"),
        ("no certificate", "is no bundle of certificates"),
        (f"{{certificates}}\n{KEY}", "holds a private key"),
    ],
)
def test_a_ca_bundle_is_certificates_and_nothing_else(
    pack: Pack, tmp_path: Path, bundle: str | None, sentence: str
) -> None:
    file = tmp_path / "bundle.pem"
    if bundle is not None:
        file.write_text(bundle.replace("{certificates}", certificates()))

    with pytest.raises(LabError, match=sentence):
        pack(HANDLER, file)


def test_a_ca_bundle_goes_in_under_the_name_that_the_template_knows(
    pack: Pack, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.pem"
    file.write_text(certificates())

    built = pack(HANDLER, file)

    with zipfile.ZipFile(built.file) as archive:
        assert archive.read(package.CA_BUNDLE) == file.read_bytes()


def test_more_than_lambda_takes_is_refused(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_UNZIPPED_MB", 0)

    with pytest.raises(LabError, match="more than Lambda's 0 MB"):
        pack(HANDLER)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (("--architecture", "sparc"), "ARCH=sparc is unknown: choose x86_64 or arm64"),
        (("--runtime", "python2.7"), "RUNTIME=python2.7 is unknown"),
        (("--file", "no_such.py"), "no_such.py: No such file"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_exit_status_2(
    option: tuple[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = package.main(option)

    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert printed.err.startswith(f"make lambda: {sentence}")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("with_ca", [True, False])
def test_a_zip_without_a_ca_bundle_is_warned_of(with_ca: bool, pack: Pack) -> None:
    said = package.summary(pack(HANDLER), with_ca=with_ca)

    assert ("No CA bundle is packed" in said) is not with_ca


def test_the_lock_pins_what_is_packed() -> None:
    lock = package.LOCK.read_text("utf-8")

    assert all(f"\n{name}==" in lock for name in package.PACKED)


def certificates() -> str:
    """Return certificates as any installation has them."""
    import certifi

    return Path(certifi.where()).read_text("ascii", errors="ignore")
