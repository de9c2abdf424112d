"""What must hold for the digests of agents."""

from collections.abc import Callable, Iterator

from daemon.desk.agent_digests import DAILY, time_of
from daemon.settings.problems import Fault
from daemon.settings.sections import Document


def digests_have_times(document: Document) -> Iterator[Fault]:
    """A daily digest has a time, and every time is one."""
    for index, agent in enumerate(document.agent):
        if agent.digest == DAILY and not agent.digest_times:
            text = 'missing; digest = "daily" needs a time of the day'
            yield Fault(("agent", index, "digest_times"), text)
        for number, text in enumerate(agent.digest_times):
            try:
                time_of(text)
            except ValueError:
                wrong = f'expected a time of the day like "08:00", got "{text}"'
                yield Fault(("agent", index, "digest_times", number), wrong)


DIGEST_RULES: tuple[Callable[[Document], Iterator[Fault]], ...] = (digests_have_times,)
