"""Which of an event's people a broadcast goes to: as data, checked, and said in words. Plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from events.registration.rules import LIVE_STATES, RegistrationState
from events.schedule.access import ACCESS_LABELS, AccessFact
from events.schedule.rules import PoolKind
from portal.rules import Problem

STATE_PHRASES = {
    RegistrationState.CONFIRMED: "with a place",
    RegistrationState.WAITING: "on the waiting list",
    RegistrationState.OFFERED: "with the offer of a place",
    RegistrationState.CANCELLED: "who gave up or lost their place",
    RegistrationState.EXPIRED: "whose offer ran out",
}
POOL_PHRASES = {
    PoolKind.ROOM: "in the room",
    PoolKind.ONLINE: "online",
    PoolKind.HOSTS: "as speakers or hosts",
}
# By field: what is said of yes, and of no.
FACT_PHRASES = {
    "has_needs": ("who told us about access needs", "who told us about no access needs"),
    "attended": ("who took part", "who did not take part"),
    "bounced": ("whose mail bounces", "whose mail does not bounce"),
}
MOST_SOURCES = 50


class UnknownAudience(ValueError):  # noqa: N818 (names what is wrong with the input)
    """Data that is no audience: a field or value that this version does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A part of an event's registrations. Every field narrows it; an empty one, or None, does not.

    Two values of one field mean either. Speakers and hosts are meant only where `pools` names them. `relies_on`: access
    facts; `attended`: ticked off, or was on the join page while it was on.
    """

    states: tuple[RegistrationState, ...] = (RegistrationState.CONFIRMED,)
    pools: tuple[PoolKind, ...] = ()
    relies_on: tuple[AccessFact, ...] = ()
    has_needs: bool | None = None
    attended: bool | None = None
    bounced: bool | None = None
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


_ENUMS = {"states": RegistrationState, "pools": PoolKind, "relies_on": AccessFact}
_NAMES = frozenset(field.name for field in fields(Audience))


def audience_of(data: Mapping[str, Any]) -> Audience:
    """Return the audience that was kept as JSON. Raises UnknownAudience: nobody is written to by a guess."""
    if unknown := sorted(set(data) - _NAMES):
        raise UnknownAudience(f"An audience has no {unknown[0]!r}.")
    return Audience(**{name: _value(name, value) for name, value in data.items()})


def _value(name: str, value: Any) -> Any:
    if name in FACT_PHRASES:
        if value is None or isinstance(value, bool):
            return value
        raise UnknownAudience(f"{name} is yes, no or empty, not {value!r}.")
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise UnknownAudience(f"{name} is a list of texts, not {value!r}.")
    try:
        items = tuple(_ENUMS[name](item) for item in value) if name in _ENUMS else tuple(value)
    except ValueError as error:
        raise UnknownAudience(f"{name}: {error}.") from error
    return tuple(dict.fromkeys(items))


def audience_problems(audience: Audience, *, is_news: bool) -> list[Problem]:
    """Return what keeps an audience from being written to."""
    found = []
    if not audience.states:
        found.append(Problem("states", "Choose whom you write to: people with a place, for example."))
    if not is_news and set(audience.states) - set(LIVE_STATES):
        found.append(
            Problem(
                "states",
                "Who has left needs nothing to take part. Take them out, or send it as news.",
            )
        )
    if len(audience.sources) > MOST_SOURCES:
        found.append(Problem("sources", f"Choose at most {MOST_SOURCES} sources."))
    return found


def in_words(audience: Audience, *, languages: Mapping[str, str]) -> str:
    """Return "People with a place online who rely on captions". `languages`: by code, as they are called here."""
    who = _either([STATE_PHRASES[state] for state in audience.states])
    where = _either([POOL_PHRASES[pool] for pool in audience.pools])
    said = f"People {who}{',' if len(audience.states) > 1 and where else ''}{f' {where}' if where else ''}"
    return f"{said} {clauses}" if (clauses := _all_of(_clauses(audience, languages))) else said


def _clauses(audience: Audience, languages: Mapping[str, str]) -> list[str]:
    found = []
    if audience.relies_on:
        found.append(f"who rely on {_either([_in_a_sentence(ACCESS_LABELS[fact]) for fact in audience.relies_on])}")
    for name, (yes, no) in FACT_PHRASES.items():
        if (answer := getattr(audience, name)) is not None:
            found.append(yes if answer else no)
    if audience.languages:
        found.append(f"who read in {_either([languages.get(code, code) for code in audience.languages])}")
    if audience.sources:
        found.append(f"who came from {_either(audience.sources)}")
    return found


def _in_a_sentence(label: str) -> str:
    # A proper name keeps its capitals: British Sign Language.
    return label if label.istitle() and " " in label else label[:1].lower() + label[1:]


def _either(items: Sequence[str]) -> str:
    return " or ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _all_of(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
