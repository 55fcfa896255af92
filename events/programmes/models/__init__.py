"""Programmes with their phases, charities, expressions of interest, pairs and their sessions."""

from events.programmes.models.interests import Interest, Invitation
from events.programmes.models.pairs import Attendance, Pair, PairEntry, PairSession
from events.programmes.models.phases import Charity, Phase, Programme

__all__ = [
    "Attendance",
    "Charity",
    "Interest",
    "Invitation",
    "Pair",
    "PairEntry",
    "PairSession",
    "Phase",
    "Programme",
]
