"""The table of tests/events/console/test_permissions.py: what each role gets at each address, and how to read it."""

ROLES = ("anonymous", "comms", "lead", "officer", "desk", "recruiter", "superuser")

# What an answer means: "log" to the log-in page, "no." refused (back to the front page), "yes" done (a redirect
# elsewhere), and otherwise the status. In the order of the roles:
#          anon comms lead officer desk recruiter superuser, of the own event and, where it differs, of another's.
NOBODY = "log  no.  no.  no.  no.  no.  no."
ONLY_SUPERUSERS = "log no. no. no. no. no. 200"
STAFF = " log  200  200  200  200  200  200"
EDITORS = "log 200  200  no.  no.  no.  200"
WRONG_WAY = "log 405 405 405  405  405  405"
PEOPLE = "log  no.  no.  200  200  no.  200"
ONE_PERSON = "log no. no. 200 200 no. 200 | log no. no. 404 200 no. 200"
PERSON_DONE = "log no. no. yes yes no. yes | log no. no. 404 yes no. yes"
FIGURES = "log no.  200  200  200  no.  200"
ONE_EVENT = "log no. 200 200 200 no. 200 | log no. 200 404 200 no. 200"
EVENT_DONE = "log no. yes yes yes no. yes | log no. yes 404 yes no. yes"
ADDRESSES = "log no. no. no.  200  no.  200"
POSTERS = "log 200  200  200  200  no.  200"
ISSUES = "log 200 200  no.  no.  no.  200"
ISSUE_SENT = "log no. 200 no.  no.  no.  200"
QUEUE = "log  no.  no.  no.  no.  200  200"
STORY_DONE = "log yes yes no. no. no. yes"
QUEUE_DONE = "log no. no. no. no.  yes  yes"
# Walk & Talk has groups of its own (tests/events/console/walks/test_who.py). The comms team writes of boroughs.
WALKS = "  log no.  no. no.  no.  no.  200"
BOROUGHS = "log 200 no. no.  no.  no.  200"
NOT_HELD = WALKS.replace("200", "404")

# These have a table of their own: tests/events/console/mentoring/test_who.py.
ELSEWHERE = ("mentoring:",)


def no_post(row):
    """Return what a POST gets where only looking is offered: who may look learns that this is not the way."""
    return {"get": row, "post": row.replace("200", "405")}


def form(row):
    """Return what a form with nothing in it gets: its errors, for who may fill it in."""
    return {"get": row, "post": row.replace("200", "422")}


def both(row):
    return {"get": row, "post": row}


def post_only(row):
    return {"get": WRONG_WAY, "post": row}


TABLE = {
    "cms/login/": {"get": "200 no. no. no. no. no. no.", "post": "200 200 200 200 200 200 200"},
    "style-guide": both(STAFF),
    # Whoever may publish the page: the count of mails names nobody.
    "event-consequences": {
        "get": "log 200 200 200 200 no. 200",
        "post": "log yes yes yes yes no. yes",
    },
    "event-desk:index": no_post(FIGURES),
    "event-desk:index_results": no_post(FIGURES),
    "event-desk:inspect": no_post("log 404 200 200 200 404 200 | log 404 200 404 200 404 200"),
    "event-desk:cancel": {"get": ONE_EVENT, "post": EVENT_DONE},
    "event-desk:postpone": {"get": ONE_EVENT, "post": EVENT_DONE},
    "event-desk:host": form(ONE_PERSON),
    "event-desk:officers": {"get": "log no. 200 no. 200 no. 200", "post": "log no. yes no. yes no. yes"},
    "event-desk:old-times": post_only(PERSON_DONE),
    "registrations:index": no_post(PEOPLE),
    "registrations:index_results": no_post(PEOPLE),
    "registrations:inspect": no_post("log 404 404 200 200 404 200 | log 404 404 404 200 404 200"),
    "registrations:remove": {"get": ONE_PERSON, "post": PERSON_DONE},
    "registrations:address": form(ONE_PERSON),
    "registrations:attended": post_only(PERSON_DONE),
    "registrations:again": post_only(PERSON_DONE),
    "registrations:lift": post_only(PERSON_DONE),
    "waiting-lists:index": no_post(PEOPLE),
    "waiting-lists:index_results": no_post(PEOPLE),
    "undelivered:index": no_post(PEOPLE),
    "undelivered:index_results": no_post(PEOPLE),
    "messages:index": no_post(PEOPLE),
    "messages:index_results": no_post(PEOPLE),
    "messages:inspect": no_post("log 404 404 200 200 404 200 | log 404 404 404 200 404 200"),
    "messages:again": post_only(PERSON_DONE),
    "receipts:index": no_post(PEOPLE),
    "receipts:index_results": no_post(PEOPLE),
    # Whoever works on events or boroughs; a poster names no visitor.
    "posters:index": no_post(POSTERS),
    "posters:index_results": no_post(POSTERS),
    "posters:new": form(POSTERS),
    "posters:poster": {"get": POSTERS, "post": WRONG_WAY},
    "posters:pdf": {"get": POSTERS, "post": WRONG_WAY},
    "posters:png": {"get": POSTERS, "post": WRONG_WAY},
    "posters:take-down": post_only("log yes yes yes yes no. yes"),
    "suppressions:index": no_post(ADDRESSES),
    "suppressions:index_results": no_post(ADDRESSES),
    "suppressions:look-up": form(ADDRESSES),
    "suppressions:new": form(ADDRESSES),
    "suppressions:lift": form(ADDRESSES),
    **{
        f"bulk:{name}": {"get": ONE_PERSON, "post": PERSON_DONE}
        for name in ("remove", "send-again", "attended", "not-attended")
    },
    "broadcasts:index": {"get": PEOPLE, "post": WRONG_WAY},
    **{f"broadcasts:{name}": {"get": ONE_PERSON, "post": WRONG_WAY} for name in ("event", "show")},
    **{f"broadcasts:{name}": form(ONE_PERSON) for name in ("new", "edit")},
    "broadcasts:schedule": post_only(ONE_PERSON.replace("200", "422")),
    "broadcasts:start": {"get": ONE_PERSON, "post": PERSON_DONE},
    "broadcasts:stop": both(PERSON_DONE),  # what has not started is not stopped: the GET leads back
    **{f"broadcasts:{name}": post_only(PERSON_DONE) for name in ("test", "take-back", "hold", "resume")},
    "reader-stories:index": no_post(EDITORS),
    "reader-stories:index_results": no_post(EDITORS),
    "reader-stories:inspect": no_post(EDITORS),
    # The story in `rows` has no picture, and no list of stories that a page could be made in.
    "reader-stories:picture": {"get": "log 404 404 no. no. no. 404", "post": WRONG_WAY},
    "reader-stories:preview": post_only(STORY_DONE),
    **{f"reader-stories:{name}": post_only(STORY_DONE) for name in ("take", "note", "decline", "close", "draft")},
    **{
        f"reader-stories:{name}": both(NOBODY)
        for name in ("add", "edit", "delete", "history", "history_results", "usage")
    },
    # The comms team writes and tests issues, leads send them, the events desk sees who reads them.
    "newsletter:index": {"get": ISSUES, "post": WRONG_WAY},
    "newsletter:show": {"get": ISSUES, "post": WRONG_WAY},
    "newsletter:test": post_only(ISSUES.replace("200", "yes")),
    "newsletter:schedule": post_only(ISSUE_SENT.replace("200", "422")),
    "newsletter:start": {"get": ISSUE_SENT.replace("200", "yes"), "post": ISSUE_SENT.replace("200", "yes")},
    "newsletter:stop": both(ISSUE_SENT.replace("200", "yes")),
    **{f"newsletter:{name}": post_only(ISSUE_SENT.replace("200", "yes")) for name in ("take-back", "hold", "resume")},
    "newsletter:readers": {"get": "log 200 200 no. 200 no. 200", "post": WRONG_WAY},
    "newsletter:end": post_only("log no. no. no. yes no. yes"),
    "recruiter-questions:index": no_post(QUEUE),
    "recruiter-questions:index_results": no_post(QUEUE),
    "recruiter-questions:inspect": no_post(QUEUE),
    **{f"recruiter-questions:{name}": post_only(QUEUE_DONE) for name in ("take", "note", "close", "reopen")},
    **{
        f"recruiter-questions:{name}": both(NOBODY)
        for name in ("add", "edit", "delete", "history", "history_results", "usage")
    },
    "walks:index": no_post(WALKS),
    "walks:index_results": no_post(WALKS),
    "walks:show": {"get": WALKS, "post": WRONG_WAY},
    **{f"walks:{name}": post_only(WALKS.replace("200", "yes")) for name in ("allocate", "take-back")},
    # Given to nobody here: an administrator opens nothing.
    **{
        f"walks:{name}": post_only(NOT_HELD)
        for name in ("open", "offer", "other-times", "choose", "withdraw", "record")
    },
    "walk-times:index": {"get": WALKS, "post": WRONG_WAY},
    **{f"walk-times:{name}": post_only(WALKS.replace("200", "422")) for name in ("give", "series")},
    "walk-times:withdraw": post_only(NOT_HELD),
    **{f"walk-team:{name}": no_post(WALKS) for name in ("index", "index_results")},
    "walk-team:add": both(WALKS),
    "walk-team:edit": {"get": WALKS, "post": WALKS.replace("200", "yes")},  # nothing ticked: nowhere
    **{f"walk-boroughs:{name}": no_post(BOROUGHS) for name in ("index", "index_results")},
    "walk-boroughs:add": both(WALKS),
    "walk-boroughs:edit": both(BOROUGHS),
    **{f"walk-reports:{name}": no_post(BOROUGHS) for name in ("index", "index_results")},
    **{f"walk-reports:{name}": both(BOROUGHS) for name in ("add", "edit")},
    "walk-reports:show": {"get": BOROUGHS, "post": WRONG_WAY},
    **{f"walk-reports:{name}": post_only(WALKS.replace("200", "yes")) for name in ("publish", "withdraw")},
    "walk-figures:index": {"get": WALKS, "post": WRONG_WAY},
}
