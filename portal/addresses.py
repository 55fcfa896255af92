"""E-mail addresses as people type them, and as we compare them. Plain Python."""

from contextlib import suppress
from difflib import get_close_matches

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


# Where most people have their mailbox; and domains that look like one of them and are not a slip.
WELL_KNOWN = tuple(
    """
    aol.com btinternet.com gmail.com googlemail.com hotmail.co.uk hotmail.com hotmail.fr icloud.com live.co.uk live.com
    ntlworld.com outlook.com outlook.fr proton.me protonmail.com sky.com talktalk.net virginmedia.com yahoo.co.uk
    yahoo.com yahoo.fr
    """.split()  # noqa: SIM905 (a list of words is easier to read and to change)
)
NO_SLIPS = frozenset(
    """
    mail.com email.com ymail.com fmail.com gmx.com gmx.co.uk hey.com mac.com me.com met.com msn.com aol.co.uk sky.co.uk
    live.ca live.fr live.ie hotmail.de hotmail.es hotmail.it outlook.de outlook.ie yahoo.ca yahoo.de yahoo.ie
    """.split()  # noqa: SIM905
)


def likely_address(email: str) -> str:
    """Return the address that was probably meant, where the domain is a slip away from a well-known one; else nothing.

    It is shown and never used by itself: somebody may well have a mailbox at gmial.com.
    """
    local, _, domain = email.rpartition("@")
    typed = domain.casefold()
    if typed in WELL_KNOWN or typed in NO_SLIPS or len(typed) < 6:
        return ""
    close = get_close_matches(typed, WELL_KNOWN, n=1, cutoff=0.84)
    return f"{local}@{close[0]}" if close else ""
