"""Moving every box to the newest key, so that an older one can be given up."""

import structlog
from django.db import transaction

from events.walks.models import WalkRequest
from events.walks.sealing import contact_digest, open_box, seal
from events.walks.services.settling import contact_of

log = structlog.get_logger(__name__)

BOXES = ("sealed_person", "sealed_words", "sealed_note")


def reseal_requests(*, key_id: str) -> int:
    """Seal again what is sealed with another key than `key_id`, a request at a time; return how many.

    Raises CannotOpenError where this process holds no key for one: nothing of it is changed. May be run again.
    """
    done = 0
    others = WalkRequest.objects.exclude(key_id=key_id)
    for walk_id in list(others.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            walk = WalkRequest.objects.select_for_update(no_key=True).get(pk=walk_id)
            for name in BOXES:
                box = getattr(walk, name)
                if box:
                    content = open_box(box, key_id=walk.key_id, about=walk.key)
                    setattr(walk, name, seal(content, about=walk.key).box)
            walk.key_id = key_id
            walk.contact_digest = _digest_of(walk)
            walk.save(update_fields=[*BOXES, "key_id", "contact_digest"])
        done += 1
    log.info("walks.resealed", walks=done)
    return done


def _digest_of(walk: WalkRequest) -> str:
    """Return the digest by the newest key; a second request of hers, taken in between the keys, keeps none."""
    digest = contact_digest(contact_of(walk)) if walk.contact_digest else ""
    is_taken = WalkRequest.objects.filter(contact_digest=digest).exclude(pk=walk.pk).exists()
    return "" if is_taken else digest
