"""The first rule that fits decides, and every rule says why it fits or not."""

from daemon.desk.handling_settings import RouteSettings
from daemon.desk.routing import TOLD_LIMIT, Facts, Router
from daemon.desk.terms import Words
from storage.vocabulary import Level, TicketType

ROUTER = Router.of(
    [
        RouteSettings(name="hr", addresses=("hr@desk.test",), team="hr"),
        RouteSettings(
            name="plant",
            senders=("*.plant.test",),
            words=("line stopped", "plc*"),
            team="ot",
            impact="high",
            urgency="high",
            tags=("plant",),
        ),
        RouteSettings(name="printers", categories=("hardware",), team="field", skills=("printer",)),
        RouteSettings(name="erp", services=("ERP",), team="apps", type="service-request"),
        RouteSettings(name="rest", words=("vpn",), team="network"),
    ]
)


def route(text: str = "hello", **facts: object):
    return ROUTER.route(Facts(Words.of(text), **facts))  # type: ignore[arg-type]


def test_a_rule_fits_where_all_its_conditions_hold():
    found = route("The PLC-7 is red", sender="bob@line.plant.test")

    assert (found.rule, found.team, found.impact, found.urgency) == ("plant", "ot", Level.HIGH, Level.HIGH)
    assert found.tags == ("plant",)
    assert found.told == (
        "route hr: does not fit, no such address",
        'route plant: fits by sender "bob@line.plant.test", word "plc*"',
        "3 further routes not looked at",
    )


def test_a_rule_says_which_condition_failed():
    assert (
        route("The PLC is red", sender="ann@corp.test").told[1] == "route plant: does not fit, no such sender"
    )
    assert route("hello", sender="bob@line.plant.test").told[1] == "route plant: does not fit, no such word"


def test_nothing_fits_nothing_changes():
    found = route()

    assert (found.rule, found.team, found.type, found.tags, found.skills) == ("", "", None, (), ())
    assert len(found.told) == 5


def test_a_category_means_its_sub_categories_too():
    assert route(category="hardware/printer").team == "field"
    assert route(category="hardware").skills == ("printer",)
    assert route(category="hardware-old").team == ""


def test_a_service_that_is_named_leads_to_its_team():
    found = route(services=("Wiki", "ERP"))

    assert (found.team, found.type) == ("apps", TicketType.SERVICE_REQUEST)
    assert found.told[-2:] == ('route erp: fits by service "ERP"', "1 further route not looked at")


def test_an_address_that_the_mail_was_written_to():
    assert route(recipients=("support@desk.test", "hr@desk.test")).team == "hr"


def test_the_reasons_are_bounded_however_many_rules_there_are():
    many = [RouteSettings(name=f"r{number}", words=("never",), team="x") for number in range(90)]
    router = Router.of([*many, RouteSettings(name="last", words=("hello",), team="y")])
    told = router.route(Facts(Words.of("hello"))).told

    assert len(told) == TOLD_LIMIT + 2
    assert told[-2:] == (f"{90 - TOLD_LIMIT} more routes do not fit", 'route last: fits by word "hello"')
    assert len(Router.of(many).route(Facts(Words.of("hello"))).told) == TOLD_LIMIT + 1


def test_without_rules_nothing_is_told():
    assert Router().route(Facts(Words.of("hello"))).told == ()
