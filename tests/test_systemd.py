"""The units are accepted by systemd as they stand, tell the truth to it, and stay hardened."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon import shipped

UNITS = ("postdesk.service", "postdesk@.service")


def systemd(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of systemd's programs."""
    if shutil.which(command[0]) is None:
        reason = f"{command[0]} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def lines(name: str) -> list[str]:
    return (shipped.folder("systemd") / name).read_text("utf-8").splitlines()


@pytest.fixture(params=UNITS)
def unit(request, tmp_path):
    """A unit as it would be installed, but for the program, which need not be in /opt here."""
    installed = tmp_path / request.param.replace("@", "@worker")
    text = "\n".join(lines(request.param))
    installed.write_text(text.replace("ExecStart=/opt/postdesk/bin/postdesk ", "ExecStart=/bin/true "))
    return installed


def test_systemd_accepts_the_unit_without_a_word(unit):
    done = systemd("systemd-analyze", "verify", "--man=no", str(unit))

    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_stays_hardened(unit):
    # An exposure of 2.0 of 10; a hardening that is taken out shows here.
    done = systemd("systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit))

    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_waits_for_readiness_and_leaves_a_wrong_configuration_alone(name):
    promised = {"Type=notify", "WatchdogSec=60", "Restart=on-failure", "RestartPreventExitStatus=2"}

    assert promised <= set(lines(name))


def test_the_two_units_differ_in_the_role_only():
    one, roles = ({line for line in lines(name) if not line.startswith("#")} for name in UNITS)

    assert one - roles == {
        "Description=Postdesk, a helpdesk that lives in the mailbox",
        "ExecStart=/opt/postdesk/bin/postdesk --config /etc/postdesk/postdesk.toml run",
    }
    assert roles - one == {
        "Description=Postdesk, a helpdesk that lives in the mailbox (%i)",
        "Conflicts=postdesk.service",
        "RuntimeDirectoryPreserve=yes",
        "ExecStart=/opt/postdesk/bin/postdesk --config /etc/postdesk/postdesk.toml run --role %i",
    }


@pytest.mark.skipif(
    os.geteuid() != 0, reason="making users and their folders takes root, also below a folder"
)
def test_user_and_folders_are_made(tmp_path):
    (tmp_path / "etc").mkdir()
    folder = shipped.folder("systemd")
    users = systemd("systemd-sysusers", f"--root={tmp_path}", str(folder / "postdesk.sysusers.conf"))
    conf = str(folder / "postdesk.tmpfiles.conf")
    made = systemd("systemd-tmpfiles", f"--root={tmp_path}", "--create", conf)

    assert (users.returncode, made.returncode) == (0, 0), users.stderr + made.stderr
    assert (tmp_path / "etc" / "passwd").read_text().startswith("postdesk:x:")
    modes = {name: oct((tmp_path / name).stat().st_mode & 0o777) for name in _FOLDERS}
    assert modes == _FOLDERS


_FOLDERS = {"etc/postdesk": "0o750", "etc/postdesk/secrets": "0o700", "var/lib/postdesk": "0o700"}


def test_the_documentation_names_every_unit():
    page = (Path(__file__).parents[1] / "docs" / "operating.md").read_text("utf-8")

    for file in shipped.folder("systemd").iterdir():
        assert file.name in page, f"docs/operating.md does not say what systemd/{file.name} is for"
