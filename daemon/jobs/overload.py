"""Once a week for each agent: tell who leads the team, else the administrators, that it is too much."""

from datetime import datetime, timedelta

from daemon.desk.addressing import Agent, fold
from daemon.desk.agent_digests import Load
from daemon.services.agent_digests import loads
from daemon.services.apply import Cause
from daemon.services.office import Office
from daemon.services.postbag import Postbag

NAME = "overload"
EVERY = timedelta(hours=1)
NOTICE = "overload-alarm"


def run(office: Office, now: datetime) -> str:
    """Look at everybody's open tickets; whoever was told of an agent this week is not told again."""
    limit = office.handling.workload.limit
    agents = office.roster.agents
    over = [one for one in loads(office, agents, now) if one.over(limit)] if limit else []
    told = sum(_tell(office, one, now) for one in over)
    return f"overloaded: {len(over)}; told {told}"


def _tell(office: Office, load: Load, now: datetime) -> int:
    agent = office.roster.agent(load.address)
    if agent is None:
        return 0
    year, week, _ = now.isocalendar()
    cause = Cause("postdesk", f"job:{NAME}:{load.address}:{year}-{week}", now)
    postbag = Postbag(office, cause)
    for address in _leads(office, agent):
        told = {
            "name": agent.name,
            "address": agent.address,
            "open": load.open_tickets,
            "lately": load.lately,
            "limit": round(office.handling.workload.limit * load.capacity),
        }
        postbag.write(NOTICE, office.letters.reader(address), None, load=told)
    return postbag.post()


def _leads(office: Office, agent: Agent) -> list[str]:
    """Return who leads the teams of an agent; where nobody else does, the administrators."""
    roster = office.roster
    teams = [team for team in roster.teams if agent in roster.members(team.name)]
    leads = dict.fromkeys(fold(team.lead) for team in teams if team.lead)
    others = [address for address in leads if address not in agent.addresses]
    return others or list(roster.desk.administrators)
