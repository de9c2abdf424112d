"""Reading a directory from CSV and from LDAP entries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.directory_csv import read_csv, write_csv
from daemon.desk.directory_ldap import Entry, canonical, common_name, read_entries, wanted
from daemon.desk.directory_settings import AttributeSettings
from storage.records import DirectoryPerson
from tests.desk.directories import people

ONCE = "expected every address once, and mia@example.com stands in line 3 already"


def read(text: str) -> tuple[DirectoryPerson, ...]:
    reading = read_csv(text.encode())
    assert [str(one) for one in reading.problems] == []
    return reading.people


def problems(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    return [str(one) for one in read_csv(content).problems]


class TestReading:
    def test_a_plain_file_is_read(self):
        text = (
            "address,name,manager,department,title,roles,cost centre,groups,deputies,also,active\n"
            'Ann@Example.com,"Ann  Lee",MIA@example.com,Sales,Clerk,First Aid;signer,4711,"a|B",'
            '"bob@example.com, mia@example.com",ann@home.test,yes\n'
            "mia@example.com,Mia,,,,,,,,,no\n"
        )

        assert read(text) == (
            DirectoryPerson(
                "ann@example.com",
                "Ann Lee",
                "mia@example.com",
                "Sales",
                "Clerk",
                ("first aid", "signer"),
                "4711",
                ("a", "b"),
                ("bob@example.com", "mia@example.com"),
                ("ann@home.test",),
            ),
            DirectoryPerson("mia@example.com", "Mia", active=False),
        )

    @pytest.mark.parametrize(
        "head",
        [
            "E-Mail;Manager e-mail",
            "email address\tReports to",
            "sep=;\nE-MAIL;supervisor",
            "Mail,Vorgesetzter",
        ],
        ids=["semicolon", "tab", "excel-sep", "comma"],
    )
    def test_heads_and_delimiters_of_many_programs_are_understood(self, head):
        delimiter = next(sign for sign in ";\t," if sign in head.rpartition("\n")[2])

        (ann, mia) = read(f"{head}\nann@example.com{delimiter}mia@example.com\nmia@example.com{delimiter}\n")

        assert ann.manager == mia.address

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_every_usual_encoding_is_understood(self, encoding):
        reading = read_csv("mail;name\r\nann@example.com;Zoë Müller\r\n".encode(encoding))

        assert [one.name for one in reading.people] == ["Zoë Müller"]
        assert reading.problems == ()

    def test_columns_that_mean_nothing_here_are_told(self):
        assert read_csv(b"Salary,mail,Shoe size\n1,ann@example.com,2\n").ignored == ("Salary", "Shoe size")

    def test_a_manager_may_be_named_as_the_file_names_one_person(self):
        ann, mia = read("mail,name,manager\nann@example.com,Ann,mia meier\nmia@example.com,Mia Meier,\n")

        assert (ann.manager, mia.manager) == ("mia@example.com", "")

    def test_addresses_in_angle_brackets_are_read(self):
        (ann,) = read("mail,deputy\nAnn <ANN@example.com>,Mia <mia@example.com>\n")

        assert (ann.address, ann.deputies) == ("ann@example.com", ("mia@example.com",))

    def test_rows_without_anything_are_passed_over(self):
        assert len(read("mail,name\n\n , \nann@example.com,Ann\n,\n")) == 1

    def test_a_quotation_may_hold_lines(self):
        (ann,) = read('mail,department\nann@example.com,"Sales\nNorth"\n')

        assert ann.department == "Sales North"


class TestProblems:
    def test_all_are_told_at_once_with_their_places(self):
        text = (
            "mail,name,manager,deputies,active\n"
            "ann,Ann,mia@example@com,bob,maybe\n"
            "mia@example.com,Mia,Nobody,,\n"
            "joe@example.com,Joe\n"
            "joe@example.com,Jo,Sam,,\n"
            "MIA@example.com,Sam,,,\n"
            "sam@example.com,Sam,,,\n"
        )
        lead = "expected the address of the manager"
        marks = "text with a delimiter in it needs quotation marks"

        assert problems(text) == [
            'line 2, column 1 (mail): expected an address like ann@example.com, got "ann"',
            'line 2, column 3 (manager): expected an address like ann@example.com, got "mia@example@com"',
            'line 2, column 4 (deputies): expected an address like ann@example.com, got "bob"',
            'line 2, column 5 (active): expected yes or no, got "maybe"',
            f'line 3, column 3 (manager): {lead}, got "Nobody", a name that nobody has',
            f"line 4: expected 5 columns as in the head, got 2; {marks}",
            f'line 5, column 3 (manager): {lead}, got "Sam", a name that 2 people have',
            f"line 6, column 1 (mail): {ONCE}",
        ]

    def test_a_further_address_of_somebody_else_is_told(self):
        text = "mail,aliases\nann@example.com,mia@example.com ; ann@example.com\nmia@example.com,\n"

        assert problems(text) == [
            f"line 2, column 2 (aliases): {ONCE}",
        ]

    def test_a_quotation_without_end_does_not_swallow_people_silently(self):
        text = 'mail,name\nann@example.com,"Ann\nmia@example.com,Mia\n'

        assert problems(text) == [
            "line 2: expected the end of a quotation that begins in this row, got the end of the file"
        ]

    def test_text_behind_a_quotation_is_told_and_the_rest_is_read(self):
        text = 'mail,name\nann@example.com,"Ann" Lee\nmia,Mia\n'

        assert problems(text) == [
            "line 2: expected a delimiter after a closing quotation mark, got other text",
            'line 3, column 1 (mail): expected an address like ann@example.com, got "mia"',
        ]

    def test_a_cell_without_end_is_told(self):
        assert problems("mail,name\nann@example.com," + "x" * 140_000) == [
            "line 2: expected a row of CSV, got one that is none: field larger than field limit (131072)",
        ]

    @pytest.mark.parametrize(
        ("content", "got"),
        [
            (b"", "an empty file"),
            (b"name,boss\nAnn,Mia\n", "name, boss"),
            (b"\xff\xfea", "an empty file"),
        ],
        ids=["empty", "no-address", "half-utf-16"],
    )
    def test_a_head_without_addresses_is_told(self, content, got):
        wanted = (
            f'line 1: expected a head with a column for the address, like "address" or "e-mail", got {got}'
        )

        assert problems(content)[-1] == wanted

    def test_a_file_that_is_no_utf_16_after_all_is_told(self):
        said = problems(b"\xff\xfea")[0]

        assert said == "line 1: expected a text in UTF-16 as its first bytes say, got something else"

    def test_a_byte_of_no_known_encoding_is_told(self):
        assert problems(b"mail,name\nann@example.com,A\x81\n") == [
            "line 2: expected a text in UTF-8 or Windows-1252, got the byte 0x81 as character 18"
        ]

    def test_a_head_alone_is_no_directory(self):
        assert problems("mail\n") == ["line 1: expected at least one person below the head, got none"]

    def test_two_columns_for_one_thing_are_told(self):
        assert problems("mail,E-Mail\nann@example.com,ann@home.test\n") == [
            'line 1, column 2 (E-Mail): expected one column for the address, and "mail" is one already'
        ]


class TestProperties:
    @settings(max_examples=50)
    @given(people())
    def test_what_is_written_is_read_again_whatever_stands_in_it(self, written):
        reading = read_csv(write_csv(written).encode())

        assert reading.problems == ()
        assert list(reading.people) == written

    @settings(max_examples=50)
    @given(st.binary() | st.text().map(lambda text: f"mail;name;deputy\n{text}".encode(errors="replace")))
    def test_any_bytes_are_read_or_told(self, content):
        reading = read_csv(content)

        assert reading.people or reading.problems
        assert all(one.text for one in reading.problems)


class TestEntries:
    """What LDAP entries say, where no server has to be asked (tests/edges has one)."""

    @staticmethod
    def entry(dn: str, **values: str | list[str]) -> Entry:
        return Entry(dn, {name: [one] if isinstance(one, str) else one for name, one in values.items()})

    @pytest.mark.parametrize(
        ("dn", "name"),
        [
            ("CN=Signers,OU=Groups,DC=x", "Signers"),
            (r"cn=Board\, inner,o=x", "Board, inner"),
            (r"cn=M\C3\BCller\2C A+uid=5,o=x", "Müller, A"),
            ("plain words", "plain words"),
        ],
    )
    def test_a_group_is_called_as_its_name_begins(self, dn, name):
        assert common_name(dn) == name

    def test_names_of_entries_are_compared_without_case_and_blanks(self):
        assert canonical("UID=Ann, OU = People,DC=x") == canonical("uid=ann,ou=people,dc=X")
        assert canonical(r"cn=a\, b,o=x") != canonical("cn=a,b,o=x")

    @pytest.mark.parametrize(
        ("attribute", "value", "active"),
        [
            ("userAccountControl", "512", True),
            ("userAccountControl", "514", False),
            ("nsAccountLock", "TRUE", False),
            ("nsAccountLock", "false", True),
            ("employed", "no", False),
            ("employed", "", True),
        ],
    )
    def test_accounts_that_are_off_are_not_active(self, attribute, value, active):
        found = read_entries(
            [self.entry("cn=a", mail="a@x.test", **{attribute.lower(): value})],
            AttributeSettings(active=attribute),
        )

        assert [one.active for one in found.people] == [active]

    def test_values_that_cannot_be_read_pass_the_entry_over(self):
        found = read_entries(
            [
                self.entry("cn=a", mail="a@x.test", useraccountcontrol="off"),
                self.entry("cn=b", mail="nobody"),
            ],
            AttributeSettings(active="userAccountControl"),
        )

        assert found.people == ()
        assert found.passed_over == (
            'cn=a: expected a number in userAccountControl, got "off"',
            'cn=b: expected an address like ann@example.com, got "nobody"',
        )
        assert [str(one) for one in found.problems] == [
            "expected entries of people with an address, got none"
        ]

    def test_of_two_entries_with_one_address_the_active_one_counts(self):
        attributes = AttributeSettings(active="employed", also="proxyAddresses")
        entries = [
            self.entry("cn=a-old", mail="a@x.test", cn="Old", employed="no"),
            self.entry("cn=b", mail="b@x.test", cn="B", proxyaddresses="smtp:c@x.test"),
            self.entry(
                "cn=a",
                mail=["A@x.test", "c@x.test"],
                cn="New",
                proxyaddresses=["SMTP:a@x.test", "X500:/o=x", "smtp:b@x.test"],
                manager="cn=a-old",
            ),
        ]
        found = read_entries(entries, attributes)

        assert found.people == (
            DirectoryPerson("a@x.test", "New", "a@x.test", also=("c@x.test",)),
            DirectoryPerson("b@x.test", "B"),
        )
        assert found.passed_over == ("cn=a-old: a@x.test is the address of another entry already",)

    def test_managers_may_be_addresses_or_lead_nowhere(self):
        entries = [
            self.entry("cn=a", mail="a@x.test", manager="mailto:B@x.test"),
            self.entry("cn=b", mail="b@x.test", manager="CN=Boss,O=x"),
        ]

        assert [one.manager for one in read_entries(entries, AttributeSettings()).people] == [
            "b@x.test",
            "cn=boss,o=x",
        ]

    def test_only_what_is_configured_is_asked_for(self):
        asked = wanted(AttributeSettings(title="", manager="boss"))

        assert asked == ["boss", "cn", "department", "displayName", "mail"]
