"""E-mail addresses as people type them, and as we compare them. Plain Python."""

from contextlib import suppress

_HEADER_BREAKERS = frozenset(' <>,;:"()[]\\')


def is_writable(email: str) -> bool:
    """Whether an address can stand in a mail's header as it is.

    Quoted local parts (`"a,b"@example.org`) are legal and nobody's: they are refused rather than quoted anew.
    """
    local, _, domain = email.rpartition("@")
    return bool(local and domain and local.isascii() and not set(email) & _HEADER_BREAKERS and email.isprintable())


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
