"""J: HTML and privacy.  What strangers draw is inert, and nothing is ever fetched."""

import contextlib
import re
import socket
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from tests.attacks.mails import ANN, BOB, CARA, EVE, mail
from tests.attacks.runner import Stage, case, elsewhere, nothing_to_attack

HTML = {"MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8"}
SCHEME = re.compile(r"(?:javascript|data|vbscript)\s*:", re.IGNORECASE)


def inert(stage: Stage) -> None:
    """Read every HTML part that left with a second parser: nothing in it acts, nothing is fetched."""
    for one in stage.mails():
        body = one.parsed.get_body(("html",))
        if body is None:
            continue
        tree = LexborHTMLParser(body.get_content())
        for element in tree.css("*"):
            for name, value in element.attributes.items():
                assert not name.lower().startswith("on"), (name, value)
                assert not SCHEME.match((value or "").strip()), (name, value)
                assert name.lower() not in {"srcset", "poster", "background", "formaction"}, (name, value)
            assert element.tag not in {"script", "iframe", "object", "embed", "form", "svg", "math", "link"}
        assert not [
            img for img in tree.css("img") if not (img.attributes.get("src") or "").startswith("cid:")
        ]
        assert "url(" not in body.get_content()
        assert "@import" not in body.get_content()


def shown_and_answered(stage: Stage, *documents: str) -> None:
    """Let cara send the documents; the agents are shown each, and answer the first with it quoted."""
    rows = stage.send_all(
        [mail(CARA, f"Page {at}", page, headers=HTML) for at, page in enumerate(documents)], sender=CARA
    )
    assert {row["disposition"] for row in rows} == {"ticketed"}
    told = next(one for one in stage.mails_to(ANN) if one.reply_address)
    stage.send(mail(ANN, "Re: it", documents[0], headers=HTML), sender=ANN, to=[told.reply_address])
    assert stage.mails_to(CARA)
    assert stage.mails_to(BOB)
    inert(stage)


@case(214, "script", allowed={CARA})
def script(stage: Stage) -> None:
    shown_and_answered(
        stage,
        "<p>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>",
        "<p>words</p><a href='javascript:x()'>a</a><a href='data:x'>b</a><a href=' vbscript:x'>c</a>",
        "<a href='java\tscript:alert(1)'>a</a><iframe srcdoc='<script>x</script>'></iframe><p>words</p>",
    )


@case(215, "mxss", allowed={CARA})
def mxss(stage: Stage) -> None:
    shown_and_answered(
        stage,
        "<p>words</p><math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=x&gt;">',
        '<p>words</p><noscript><p title="</noscript><img src=x onerror=x>">',
        '<p>words</p><svg></p><style><a id="</style><img src=1 onerror=x>">',
        "<p>words</p><template><script>x</script></template><xmp><img src=1 onerror=x></xmp>",
    )


@contextlib.contextmanager
def listener() -> Iterator[socket.socket]:
    """Listen where the mails point to; whoever connects has fetched something."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        server.settimeout(0.2)
        yield server


def nobody_came(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except TimeoutError:
        return True
    return False


@case(216, "css", allowed={CARA})
def css(stage: Stage) -> None:
    with listener() as server:
        url = f"http://127.0.0.2:{server.getsockname()[1]}"
        shown_and_answered(
            stage,
            f"<style>@import url({url}/x)</style><p style='background:url({url}/y)'>words</p>",
            "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>words over everything</div>",
            f"<p>words</p><div background='{url}/z' style='list-style-image:url({url}/w)'>more</div>",
        )
        assert nobody_came(server)


@case(217, "remote-img", allowed={CARA})
def remote_img(stage: Stage) -> None:
    with listener() as server:
        url = f"http://127.0.0.2:{server.getsockname()[1]}"
        shown_and_answered(
            stage,
            f"<p>words</p><img src={url}/p.gif><img srcset='{url}/q 2x'><link rel=stylesheet href={url}/c>",
            f"<p>words</p><video poster={url}/v><object data={url}/o></object><input type=image src={url}/i>",
            f"<p>words</p><body background={url}/b><meta http-equiv=refresh content='0;url={url}/m'>",
        )
        assert nobody_came(server)


@case(220, "outgoing-pixel", allowed={CARA, EVE})
def outgoing_pixel(stage: Stage) -> None:
    stage.send(mail(EVE, "Hello", "Is anybody there?\r\n"), sender=EVE)

    everything = stage.desk.relay.mails
    assert len(everything) >= 8
    for one in everything:
        body = one.parsed.get_body(("html",))
        assert body is None or "http://" not in body.get_content().replace("http://www.w3.org/", "")
    inert(stage)


@case(225, "log-body", allowed={CARA})
def log_body(stage: Stage) -> None:
    words = "These-words-are-nobodys-business-4711"
    stage.send(mail(CARA, f"Subject-{words}", f"{words}\r\n", top=b""), sender=CARA)
    log = stage.desk.process.log.read_text()

    assert words not in log
    assert "secret" not in log.replace("imap.secret", "")


nothing_to_attack(224, "retention", "nothing is deleted by rule")
elsewhere(226, "secret-config", "tests/edges/test_relay_security.py")
