"""Moving every box to the newest key, so that an older one can be given up."""

import structlog
from django.db import transaction

from events.walks.models import WalkRequest
from events.walks.sealing import open_box, seal

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
            walk.save(update_fields=[*BOXES, "key_id"])
        done += 1
    log.info("walks.resealed", walks=done)
    return done
