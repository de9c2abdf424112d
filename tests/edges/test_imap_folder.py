"""Reading answers: whatever a server writes, nothing but its words about our question counts."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.clock import system_clock
from daemon.edges.imap_folder import FetchError, read_message, search, sizes
from daemon.edges.imap_poller import ImapPoller
from tests.edges.imap_fake import FakeImap, MemoryLedger, eventually, mail, mailbox, quick, running

WORDS = st.sampled_from(
    b'UID 7 ( ) BODY[]<0> RFC822.SIZE {3} NIL " ENVELOPE BODY BODYSTRUCTURE \\ INTERNALDATE'.split()
) | st.sampled_from(b"[ 1 FLAGS 00 { } (( \xff '".split())
LINES = st.lists(WORDS, max_size=14).map(b" ".join) | st.binary(max_size=30)
PIECES = st.lists(
    LINES | st.tuples(LINES.map(lambda line: line + b" {3}"), st.binary(max_size=4)), max_size=5
)


class Answering:
    """A session whose every answer is the same."""

    def __init__(self, data):
        self.data = data

    def command(self, *_, answer_bytes=0):
        return self.data


class TestAnyAnswer:
    @given(PIECES)
    @settings(max_examples=200)
    def test_sizes_are_numbers_of_messages_that_were_asked_for(self, data):
        found = sizes(Answering(data), [7, 8])

        assert set(found) <= {7, 8}
        assert all(isinstance(size, int) and size >= 0 for size in found.values())

    @given(PIECES)
    @settings(max_examples=200)
    def test_a_message_is_bytes_or_a_fetch_error(self, data):
        try:
            raw, size = read_message(Answering(data), 7, 3, limit=1_000)
        except FetchError:
            return

        assert isinstance(raw, bytes)
        assert size >= len(raw)

    @given(PIECES)
    def test_a_search_finds_valid_uids_only(self, data):
        found = search(Answering(data), "1:*")

        assert found == sorted(set(found))
        assert all(0 < uid < 2**32 for uid in found)


FAULTS = st.sampled_from(["none", "refused", "empty", "other uid", "hang up", "not stored"])


@given(st.lists(FAULTS, min_size=1, max_size=9))
@settings(max_examples=12, deadline=None)
def test_whatever_fails_every_message_is_stored_or_waits(tmp_path_factory, faults):
    # As in freescout 4624: no set of failing messages may hide another one.
    ledger = MemoryLedger()
    ledger.refuses = lambda incoming: faults[int(incoming.source_key.rsplit("/")[-1]) - 1] == "not stored"
    folder = tmp_path_factory.mktemp("mailbox")
    hung_up = threading.Event()

    def answer(peer, tag, rest):
        uids, items = rest.split(" ", 1)
        fault = faults[int(uids) - 1] if "BODY.PEEK" in items else "none"
        if fault == "refused":
            peer.send(f"{tag} NO cannot")
        elif fault == "empty":
            peer.send(f"* 1 FETCH (UID {uids} BODY[]<0> NIL)", f"{tag} OK done")
        elif fault == "other uid":
            peer.send("* 1 FETCH (UID 99 BODY[]<0> NIL)", f"{tag} OK done")
        elif fault == "hang up":
            hung_up.set()
            peer.hang_up()
        else:
            return False
        return True

    raws = [mail(number) for number in range(len(faults))]
    with FakeImap(*raws) as server:
        server.scripts["FETCH"] = answer
        poller = ImapPoller(mailbox(server.port, folder), ledger, base_dir=folder, clock=system_clock)
        with running(poller, quick()):
            good = [raw for raw, fault in zip(raws, faults, strict=True) if fault == "none"]
            eventually(lambda: sorted(ledger.raws) == sorted(good))
            eventually(lambda: len(server.messages) == poller.waiting == len(faults) - len(good))

    assert hung_up.is_set() == ("hang up" in faults)
