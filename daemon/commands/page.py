"""The table of commands for the page of the agents, ``docs/agents.md``; a test compares."""

from daemon.commands import GROUPS


def command_tables() -> str:
    """Return a heading and a table for each group of commands, in Markdown."""
    return "\n".join(_table(title, [(one.usage, one.summary) for one in group]) for title, group in GROUPS)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    # A bar would end the cell, also inside of code.
    lines = [f"| `{usage.replace('|', chr(92) + '|')}` | {summary} |" for usage, summary in rows]
    return "\n".join([f"### {title}", "", "| command | |", "|---|---|", *lines, ""])
