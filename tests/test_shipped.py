"""What comes with Postdesk is found in a checkout and in a wheel, and the wheel carries all of it."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from daemon import shipped

ROOT = Path(__file__).parents[1]
SHIPPED = ("templates", "config", "systemd")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_checkout_has_the_folder_beside_the_package(name):
    assert shipped.folder(name) == ROOT / name


def test_a_wheel_has_the_folder_inside_of_the_package(tmp_path):
    inside = tmp_path / "daemon" / "_shipped" / "config"
    inside.mkdir(parents=True)
    (tmp_path / "config").mkdir()

    assert shipped.folder("config", tmp_path / "daemon") == inside


def test_a_copy_that_is_not_whole_says_where_it_looked(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        shipped.folder("systemd", tmp_path / "daemon")

    assert str(caught.value) == (
        "the folder systemd of Postdesk is missing; "
        f"looked for it in {tmp_path}/daemon/_shipped/systemd and {tmp_path}/systemd"
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from this checkout by the build tool that an installation would use."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.fail('hatchling is not installed; "make test" installs it with the extra "test"')
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (made,) = target.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        yield archive


def test_the_wheel_carries_the_packages_and_everything_shipped_and_nothing_else(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    packages = {
        path.relative_to(ROOT).as_posix()
        for package in ("daemon", "storage")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql"}
    }
    carried = {
        f"daemon/_shipped/{path.relative_to(ROOT).as_posix()}"
        for name in SHIPPED
        for path in (ROOT / name).rglob("*")
        if path.is_file()
    }

    assert names == packages | carried


def test_the_wheel_has_the_command_and_the_licence(wheel):
    about = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}

    assert "postdesk = daemon.__main__:main" in wheel.read(about["entry_points.txt"]).decode()
    assert "Apache License" in wheel.read(about["LICENSE"]).decode()
    assert "Requires-Python: >=3.11" in wheel.read(about["METADATA"]).decode()
