"""E-mail addresses as people type them, and as we compare them. Plain Python."""

from contextlib import suppress


def email_key(email: str) -> str:
    """Return the form in which two addresses are the same one.

    Case is folded in both parts: strictly the local part may differ by case (RFC 5321, section 2.4), in practice no
    provider lets two people have such addresses, and phones capitalise the first letter. `+tags` stay: they are
    different addresses to their owner. The domain is compared as an A-label: an IDN written in either way is one.
    """
    local, _, domain = email.strip().rpartition("@")
    with suppress(UnicodeError):  # not a valid IDN: compared as it was typed
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}".casefold()
