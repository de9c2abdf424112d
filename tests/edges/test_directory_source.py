"""Fetching the directory: a file, and a real LDAP server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from daemon.desk.directory_settings import AttributeSettings, DirectorySettings
from daemon.edges import directory_source
from daemon.edges.directory_source import SourceError, fetch, read_file
from storage.records import DirectoryPerson
from tests.servers import free_port
from tests.servers.slapd import ADMINISTRATOR, BASE, PASSWORD, Slapd, company, slapd

# More than one page of 500.
SIZE = 510
ATTRIBUTES = AttributeSettings(
    department="ou", cost_centre="departmentNumber", groups="groupsOf", deputies="secretary",
    active="userAccountControl",
)  # fmt: skip
ANN = DirectoryPerson("ann@corp.test", "Ann Lee", "mia@corp.test", "Sales", cost_centre="4711")
MIA = DirectoryPerson(
    "mia@corp.test", "Mia Meier", "cora@corp.test", groups=("board, inner", "signers"),
    deputies=("ann@corp.test",), also=("boss@corp.test",),
)  # fmt: skip


class TestFile:
    def test_a_file_is_read_beside_the_configuration(self, tmp_path):
        (tmp_path / "people.csv").write_text("mail\nann@corp.test\n")

        assert len(fetch(DirectorySettings(csv="people.csv"), tmp_path).people) == 1

    def test_a_file_that_is_not_there_is_told(self, tmp_path):
        with pytest.raises(SourceError, match=r"people.csv cannot be read: no such file or directory"):
            read_file(tmp_path / "people.csv")

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path, monkeypatch):
        monkeypatch.setattr(directory_source, "CSV_LIMIT_BYTES", 3)
        (tmp_path / "people.csv").write_text("mail\n")

        with pytest.raises(SourceError, match="has 5 bytes, expected at most 3"):
            read_file(tmp_path / "people.csv")


@pytest.fixture(scope="module")
def server() -> Iterator[Slapd]:
    with slapd(company(SIZE)) as running:
        yield running


@pytest.mark.needs_slapd
class TestServer:
    @pytest.fixture
    def settings(self, server: Slapd) -> DirectorySettings:
        return DirectorySettings(
            url=server.tls_url,
            base=BASE,
            bind_dn=ADMINISTRATOR,
            password=PASSWORD,
            certificate_authority_file=str(server.certificate),
            attributes=ATTRIBUTES,
            filter="(objectClass=inetOrgPerson)",
            timeout_seconds=10,
        )

    def test_everybody_is_read_page_by_page_with_managers_as_addresses(self, settings):
        reading = fetch(settings, Path())
        people = {one.address: one for one in reading.people}

        assert len(people) == SIZE + 4
        assert (people["ann@corp.test"], people["mia@corp.test"]) == (ANN, MIA)
        assert people["cora@corp.test"].title == "CFO"
        assert people["otto@corp.test"] == DirectoryPerson(
            "otto@corp.test", "Otto Old", "uid=gone,o=x", active=False
        )
        assert reading.passed_over == (f"uid=robot,ou=people,{BASE}: expected an address in mail, got none",)
        assert reading.problems == ()

    def test_a_session_that_begins_with_starttls_is_the_same(self, settings, server, tmp_path):
        (tmp_path / "ldap.password").write_text(f"{PASSWORD}\n")
        plain = structs.replace(settings, url=server.url, password="", password_file="ldap.password")

        assert len(fetch(plain, tmp_path).people) == SIZE + 4

    def test_anybody_may_search_where_the_server_lets_them(self, settings, server):
        nobody = structs.replace(
            settings, url=server.url, starttls="never", bind_dn="", password="", filter="(uid=ann)"
        )
        (ann,) = fetch(nobody, Path()).people

        # The manager is no entry of this search: the name stays, and "directory check" tells of it.
        assert ann == replace(ANN, manager=f"uid=mia, ou=people,{BASE}")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"password": "wrong"}, "invalidCredentials"),
            ({"base": "dc=elsewhere"}, "noSuchObject"),
            ({"filter": "(&(x)"}, "invalid filter"),
            ({"certificate_authority_file": ""}, "certificate verify failed"),
            ({"password": "", "password_file": "no.secret"}, "No such file or directory"),
        ],
        ids=["password", "base", "filter", "authority", "secret"],
    )
    def test_what_goes_wrong_is_told_with_the_server(self, settings, server, changes, said):
        with pytest.raises(SourceError) as told:
            fetch(structs.replace(settings, **changes), Path())

        assert str(told.value).startswith(f"{server.tls_url}: ")
        assert said in str(told.value)

    def test_a_certificate_of_another_name_is_refused(self, settings, server):
        other = structs.replace(settings, url=server.tls_url.replace("127.0.0.1", "127.0.0.2"))

        with pytest.raises(SourceError, match="certificate verify failed"):
            fetch(other, Path())

    def test_starttls_is_not_left_out_where_it_fails(self, settings, server):
        unknown = structs.replace(settings, url=server.url, certificate_authority_file="")

        with pytest.raises(SourceError, match="certificate verify failed"):
            fetch(unknown, Path())

    def test_a_result_that_is_cut_short_is_no_directory(self, settings):
        with pytest.raises(SourceError, match="ended with sizeLimitExceeded"):
            fetch(structs.replace(settings, bind_dn="", password=""), Path())

    def test_a_server_that_is_not_there_is_told(self, settings):
        with pytest.raises(SourceError, match=r"ldap://127\.0\.0\.1"):
            fetch(structs.replace(settings, url=f"ldap://127.0.0.1:{free_port()}"), Path())
