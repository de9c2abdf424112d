"""Small builders of raw messages for the tests of reading."""


def mail(body: str = "", charset: str = "utf-8", **fields: str) -> bytes:
    """Build a raw message; ``content_type="..."`` stands for the field Content-Type."""
    named = {"from": "Ann <ann@example.com>", "to": "support@desk.test", "subject": "Printer"} | fields
    head = "".join(f"{name.replace('_', '-').title()}: {value}\r\n" for name, value in named.items() if value)
    return (head + "\r\n").encode("utf-8") + body.replace("\n", "\r\n").encode(charset)


def part(content_type: str, body: str = "", **fields: str) -> str:
    """Build one part of a multipart body, without its delimiter."""
    head = "".join(f"{name.replace('_', '-').title()}: {value}\n" for name, value in fields.items())
    return f"Content-Type: {content_type}\n{head}\n{body}"


def multipart(kind: str, *parts: str, boundary: str = "edge", **fields: str) -> bytes:
    """Build a whole multipart message."""
    body = "".join(f"--{boundary}\n{one}\n" for one in parts) + f"--{boundary}--\n"
    return mail(body, content_type=f'multipart/{kind}; boundary="{boundary}"', **fields)


def inner(kind: str, *parts: str, boundary: str) -> str:
    """Build a multipart as a part of another."""
    body = "".join(f"--{boundary}\n{one}\n" for one in parts) + f"--{boundary}--"
    return part(f'multipart/{kind}; boundary="{boundary}"', body)
