"""A small counter on the cache: how often one network address did one thing within a window."""

import hashlib
from ipaddress import ip_address, ip_network

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = structlog.get_logger(__name__)


def over_limit(request: HttpRequest, *, action: str, limit: int, seconds: int) -> bool:
    """Count one more try and return whether it is beyond `limit` within `seconds`.

    The key holds a digest, not the address. Where the cache is down nobody is shut out.
    """
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{_network(client_address(request))}".encode()).hexdigest()[:32]
    key = f"rate:{action}:{digest}"
    try:
        if cache.add(key, 1, timeout=seconds):
            return limit < 1
        return cache.incr(key) > limit
    except ValueError:  # it ran out between the two lines
        return False
    except Exception:
        log.exception("ratelimit.cache_down")
        return False


def _network(address: str) -> str:
    """Return the address, or for IPv6 its /64: a household has that many to choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def client_address(request: HttpRequest) -> str:
    """Return the visitor's network address: the one that the outermost of our own proxies saw.

    X-Forwarded-For is believed from the right, for as many hops as TRUSTED_PROXIES says: what stands further left is
    whatever the visitor wrote.
    """
    hops = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
