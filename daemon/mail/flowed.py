"""Text with ``format=flowed`` (RFC 3676) put back on the lines that its author wrote."""


def _quote_depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def unflow(text: str, *, delsp: bool = False) -> str:
    r"""Join flowed lines with their paragraph; quote depth is kept as ``> `` (RFC 3676 s 4).

    A signature separator ``-- `` is a line of its own (s 4.3).  Lines end in ``\\n``.
    """
    out: list[list[str]] = []
    open_depth = -1  # quote depth of a paragraph that waits for its next line, -1 for none
    for line in text.split("\n"):
        depth = _quote_depth(line)
        body = line[depth:]
        body = body.removeprefix(" ")
        flows = body.endswith(" ") and body != "-- "
        if flows and delsp:
            body = body[:-1]
        if open_depth == depth and body != "-- ":
            out[-1].append(body)
        else:
            out.append([">" * depth + " " if depth else "", body])
        open_depth = depth if flows else -1
    lines = ["".join(pieces) for pieces in out]
    return "\n".join(line.rstrip(" ") if line != "-- " else line for line in lines)
