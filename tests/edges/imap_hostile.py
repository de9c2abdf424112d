"""What every test of a hostile mailbox server needs: a poller, a ledger in memory, and a certificate."""

import ssl

import pytest

from daemon.edges.imap_poller import ImapPoller
from tests.edges.imap_fake import MemoryLedger, mailbox
from tests.servers.dovecot import running_dovecot


@pytest.fixture(name="ledger")
def memory_ledger():
    return MemoryLedger()


@pytest.fixture(name="poller")
def poller_of(ledger, tmp_path, clock):
    def make(server, **settings):
        return ImapPoller(mailbox(server.port, tmp_path, **settings), ledger, base_dir=tmp_path, clock=clock)

    return make


@pytest.fixture(name="certificate", scope="module")
def localhost_certificate():
    """A certificate for localhost: the one that the test's Dovecot has made for itself."""
    with running_dovecot() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.certificate, server.folder / "key.pem")
        yield context, str(server.certificate)


def body_of(rest, uid):
    """Whether a FETCH asks for the content of this message."""
    return rest.startswith(f"{uid} ") and "BODY.PEEK" in rest
