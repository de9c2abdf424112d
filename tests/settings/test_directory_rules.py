"""What must hold for the source of the directory, and what of it is shown."""

import pytest

from daemon import settings
from daemon.settings import problems_of_machine
from daemon.settings.showing import as_toml, effective

DESK = '[desk]\nname = "IT"\naddress = "it@desk.test"\n[[agent]]\naddress = "ann@corp.test"\nname = "Ann"\n'
SERVER = '[directory]\nurl = "ldaps://ldap.test"\nbase = "o=x"\n'


def loaded(tmp_path, text):
    path = tmp_path / "postdesk.toml"
    path.write_text(DESK + text)
    return settings.load(path, {})


@pytest.mark.parametrize(
    "text",
    [
        '[directory]\ncsv = "people.csv"\n',
        SERVER,
        SERVER + 'bind_dn = "cn=x"\npassword_file = "p"\n',
        SERVER + 'bind_dn = "cn=x"\npassword = "p"\n',
    ],
    ids=["csv", "anonymous", "file", "password"],
)
def test_sources_that_are_whole_are_taken(tmp_path, text):
    assert loaded(tmp_path, text).directory.source in {"csv", "ldap"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SERVER + 'csv = "p"\n', "directory.url: expected csv or url, got both"),
        ('[directory]\nbind_dn = "cn=x"\n', "directory.bind_dn: a login is for a server"),
        ('[directory]\npassword = "x"\n', "directory.password: a login is for a server"),
        ('[directory]\npassword_file = "x"\n', "directory.password_file: a login is for a server"),
        ('[directory]\nurl = "http://x"\nbase = "o=x"\n', 'directory.url: expected "ldap://host:port"'),
        ('[directory]\nurl = "ldap://x:y"\nbase = "o=x"\n', 'directory.url: expected "ldap://host:port"'),
        ('[directory]\nurl = "ldap://x/o=x"\nbase = "o=x"\n', "got more than that"),
        ('[directory]\nurl = "ldap://a:b@x"\nbase = "o=x"\n', "a login does not stand in the address"),
        ('[directory]\nurl = "ldap://x"\n', "directory.base: missing"),
        (SERVER + 'filter = "mail=*"\n', 'directory.filter: expected a filter like (mail=*), got "mail=*"'),
        (SERVER + 'bind_dn = "cn=x"\n', "directory.password_file: missing"),
        (SERVER + 'password = "x"\n', "directory.password: a password needs the name"),
        (SERVER + 'bind_dn = "x"\npassword = "x"\npassword_file = "y"\n', "got both"),
        ('[directory.attributes]\naddress = ""\n', "directory.attributes.address"),
    ],
)
def test_sources_that_are_not_are_told(tmp_path, text, said):
    with pytest.raises(settings.ConfigurationError) as told:
        loaded(tmp_path, text)

    assert said in str(told.value)


def test_the_password_is_masked_where_settings_are_shown(tmp_path):
    text = (
        SERVER + 'bind_dn = "cn=x"\npassword = "hunter2"\n[directory.attributes]\nactive = "nsAccountLock"\n'
    )
    shown = as_toml(effective(loaded(tmp_path, text)))

    assert "hunter2" not in shown
    assert 'password = "***"' in shown
    assert '[directory.attributes]\naddress = "mail"' in shown


def test_files_that_are_missing_are_told(tmp_path):
    text = SERVER + 'bind_dn = "x"\npassword_file = "no.secret"\ncertificate_authority_file = "no.pem"\n'
    told = [one.key for one in problems_of_machine(loaded(tmp_path, text), {})]

    assert told == ["directory.password_file", "directory.certificate_authority_file"]


def test_an_authority_that_is_none_is_told(tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    (told,) = problems_of_machine(loaded(tmp_path, SERVER + 'certificate_authority_file = "ca.pem"\n'), {})

    assert told.key == "directory.certificate_authority_file"


def test_a_missing_package_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("daemon.edges.directory_source.AVAILABLE", False)
    (told,) = problems_of_machine(loaded(tmp_path, SERVER), {})

    assert (told.key, told.hint) == ("directory.url", 'install "postdesk[ldap]"')
