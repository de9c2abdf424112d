"""Questions to the DNS: a real resolver against a responder on loopback, memory, and bounds."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from daemon.edges.dns_lookup import Answer, BudgetedDns, CachedDns, DnsTrouble, Resolver
from daemon.edges.mail_auth import system_dns


@dataclass
class Responder:
    """A DNS server with fixed answers: records, ``"nxdomain"``, ``"servfail"`` or ``"silent"``."""

    answers: dict[str, object]
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while True:
            raw, peer = self.socket.recvfrom(4_096)
            if not raw:
                return
            query = dns.message.from_wire(raw)
            name = query.question[0].name.to_text().rstrip(".")
            self.asked.append(name)
            answer = self.answers.get(name, "nxdomain")
            reply = dns.message.make_response(query)
            reply.flags |= dns.flags.RA
            if answer == "silent":
                continue
            if isinstance(answer, str):
                reply.set_rcode(dns.rcode.from_text(answer.upper()))
            elif answer:
                reply.answer.append(
                    dns.rrset.from_text_list(f"{name}.", 60, "IN", query.question[0].rdtype, answer)
                )
            self.socket.sendto(reply.to_wire(), peer)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()


ANSWERS: dict[str, object] = {
    "corp.test": ['"v=spf1 " "\\255 -all"', '"other"'],
    "mx.corp.test": ["10 Mail.Corp.test.", "20 b.corp.test."],
    "mail.corp.test": ["192.0.2.1"],
    "1.2.0.192.in-addr.arpa": ["mail.corp.test."],
    "empty.test": [],
    "broken.test": "servfail",
    "silent.test": "silent",
}


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    made = Responder(ANSWERS)
    yield made
    made.stop()


@pytest.fixture
def resolver(responder: Responder) -> Resolver:
    return Resolver(["127.0.0.1"], responder.port, timeout_seconds=0.5)


@pytest.mark.parametrize(
    ("name", "kind", "records", "seconds"),
    [
        ("corp.test", "TXT", ("v=spf1 \xff -all", "other"), 60),
        ("mx.corp.test", "MX", ("10 mail.corp.test", "20 b.corp.test"), 60),
        ("mail.corp.test", "A", ("192.0.2.1",), 60),
        ("1.2.0.192.in-addr.arpa", "PTR", ("mail.corp.test",), 60),
        ("empty.test", "TXT", (), 300),
        ("missing.test", "TXT", (), 300),
    ],
)
def test_answers_of_a_server(resolver, name, kind, records, seconds):
    answer = resolver.ask(name, kind)

    assert (sorted(answer.records), answer.seconds) == (sorted(records), seconds)


@pytest.mark.parametrize("name", ["broken.test", "silent.test"])
def test_no_answer_is_trouble(resolver, name):
    with pytest.raises(DnsTrouble, match=f"no answer about {name}"):
        resolver.ask(name, "TXT")


def test_server_that_is_gone_is_trouble():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    with pytest.raises(DnsTrouble):
        Resolver(["127.0.0.1"], port, timeout_seconds=0.2).ask("corp.test", "TXT")


def test_dns_of_the_system_is_what_resolv_conf_names(tmp_path):
    assert isinstance(system_dns(), CachedDns)


class TestMemory:
    def cached(self, answer: object = None) -> tuple[CachedDns, list[str], list[float]]:
        asked: list[str] = []
        seconds = [0.0]

        def ask(name: str, kind: str) -> Answer:
            asked.append(f"{name}/{kind}")
            if answer is DnsTrouble:
                raise DnsTrouble("down")
            return answer or Answer(("x",), 60)

        return CachedDns(ask, lambda: seconds[0]), asked, seconds

    def test_an_answer_holds_for_its_time_to_live(self):
        cached, asked, seconds = self.cached()

        for seconds[0] in (0, 59):
            assert cached.lookup("Corp.test.", "TXT") == ("x",)
        assert asked == ["corp.test/TXT"]
        for seconds[0] in (60, 61):
            cached.lookup("corp.test", "TXT")
        assert len(asked) == 2

    def test_nothing_holds_longer_than_an_hour(self):
        cached, asked, seconds = self.cached(Answer((), 10**6))

        for seconds[0] in (0, 3_599, 3_600):
            assert cached.lookup("corp.test", "TXT") == ()
        assert len(asked) == 2

    def test_trouble_is_remembered_for_half_a_minute(self):
        cached, asked, seconds = self.cached(DnsTrouble)

        for seconds[0] in (0, 29, 30):
            with pytest.raises(DnsTrouble):
                cached.lookup("corp.test", "TXT")
        assert len(asked) == 2

    @pytest.mark.parametrize(
        "name", ["", ".", "a..b", "a b", "x" * 64, "a/b", "ä.test", ".".join(["abc"] * 70)]
    )
    def test_what_is_no_name_is_not_asked(self, name):
        cached, asked, _ = self.cached()

        assert (cached.lookup(name, "TXT"), asked) == ((), [])

    def test_memory_is_bounded(self, monkeypatch):
        monkeypatch.setattr("daemon.edges.dns_lookup._CACHE_LIMIT", 3)
        cached, asked, _ = self.cached()
        for name in ("a", "b", "c", "d", "d", "a"):
            cached.lookup(name, "TXT")

        assert asked == ["a/TXT", "b/TXT", "c/TXT", "d/TXT", "a/TXT"]


def test_a_message_has_so_many_questions_and_so_much_time():
    seconds = [0.0]
    inner = CachedDns(lambda _name, _kind: Answer(("x",), 60))
    budgeted = BudgetedDns(inner, deadline=5, questions=2, clock=lambda: seconds[0])

    assert budgeted.lookup("a", "TXT") == ("x",)
    seconds[0] = 5
    with pytest.raises(DnsTrouble, match="no time or no question left for b"):
        budgeted.lookup("b", "TXT")
    seconds[0] = 0
    with pytest.raises(DnsTrouble):
        budgeted.lookup("c", "TXT")
