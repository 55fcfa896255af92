"""What staff may do, by permission. Deny by default: whoever has none of these sees no personal data.

Each permission counts for the events that somebody runs (`Event.officers`), or for all with SEE_EVERY_EVENT.
"""

SEE_FIGURES = "events.view_event"
SEE_REGISTRATIONS = "events.view_registration"
CHANGE_REGISTRATIONS = "events.change_registration"
EXPORT_REGISTRATIONS = "events.export_registrations"
SEE_MESSAGES = "events.view_message"
SEE_EVERY_EVENT = "events.see_every_event"
ASSIGN_OFFICERS = "events.assign_officers"
SEE_SUPPRESSIONS = "events.view_suppression"
CHANGE_SUPPRESSIONS = "events.change_suppression"
SEE_INTERESTS = "events.view_interest"
CHANGE_INTERESTS = "events.change_interest"
FOLLOW_INTERESTS = "events.follow_interest"
BE_PAIRED = "events.be_paired"
CHANGE_CHARITIES = "events.change_charity"
SEE_POSTERS = "events.view_postersite"
MAKE_POSTERS = "events.add_postersite"
# Walk & Talk: each counts for the boroughs that somebody coordinates, or the requests that were given to them.
ALLOCATE_WALKS = "events.allocate_walkrequest"
WALK_WALKS = "events.walk_walkrequest"
SEE_EVERY_WALK = "events.see_every_walk"
CHANGE_REPORTS = "events.change_boroughreport"
PUBLISH_REPORTS = "events.publish_boroughreport"

# A cell that a spreadsheet would take for a formula begins with one of these (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_cell(text: str) -> str:
    """Return a text that no spreadsheet calculates: an apostrophe before what looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def share_in_words(part: int, whole: int) -> str:
    """Return "38 of 50 (76%)", or the two numbers alone where there is nothing to divide by."""
    return f"{part:,} of {whole:,} ({round(100 * part / whole)}%)" if whole else f"{part:,} of {whole:,}"


def result_in_words(*, done: int, chosen: int, what: str, otherwise: str) -> str:
    """Return what a bulk action did: "12 removed, 3 had ended before.\""""
    left = chosen - done
    said = f"{done:,} {what}"
    return f"{said}, {left:,} {otherwise}." if left else f"{said}."


def masked(address: str) -> str:
    """Return an address by which its owner would know it, and nobody else."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if name else "…"
