"""Where walks take place, and who walks there."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from events.walks.rules import WEEKLY_QUOTA

# Addresses below /walk-and-talk/ that are the journey's own.
RESERVED_SLUGS = frozenset({"ask", "leave", "away", "back", "sent", "you-said-we-did"})


class Borough(ClusterableModel):
    """An area with a team of its own. Loaded from a file (`manage.py load_areas`): another force has other areas."""

    slug = models.SlugField(
        max_length=60, unique=True, help_text="Its address: /walk-and-talk/<this>/. Posters point at it: keep it."
    )
    name = models.CharField(max_length=80, unique=True)
    introduction = models.TextField(
        blank=True,
        max_length=400,
        help_text="One to three sentences for its page and its posters: who walks here. Empty: the general words.",
    )
    is_open = models.BooleanField(
        "takes requests", default=True, help_text="Untick while no officer can walk: the page then says so."
    )
    weekly_quota = models.PositiveSmallIntegerField(
        "walks a week", default=WEEKLY_QUOTA, help_text="At most so many walks take place here from Monday to Sunday."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(slug__in=sorted(RESERVED_SLUGS)), name="borough_slug_is_free"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an address that the journey itself needs."""
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": "The journey itself uses this address. Choose another."})


class MeetingPoint(models.Model):
    """A public place where a walk begins. Chosen from this list: no officer types an address for one woman."""

    borough = ParentalKey(Borough, on_delete=models.CASCADE, related_name="meeting_points")
    name = models.CharField(max_length=120, help_text="As people know it: Brixton Library, front steps.")
    address = models.CharField(max_length=200)
    is_step_free = models.BooleanField("step-free", default=True)
    is_open = models.BooleanField("in use", default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["borough", "name"], name="meeting_point_once_a_borough")]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"


class WalkOfficer(models.Model):
    """A member of staff in the teams of some boroughs: walks there, or gives requests to those who do."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walk_officer")
    is_woman = models.BooleanField("is a woman", default=False, help_text="Some women ask to walk with a woman.")
    boroughs = models.ManyToManyField(Borough, blank=True, related_name="officers", verbose_name="walks in")
    coordinates = models.ManyToManyField(Borough, blank=True, related_name="coordinators", verbose_name="coordinates")

    class Meta:
        # Here, and not on the requests: Wagtail's site history shows all entries about a kind of thing to whoever has
        # any permission on it.
        permissions = [
            ("see_every_walk", "Can see the requests of every borough, without what is sealed"),
            ("allocate_walkrequest", "Can give requests to officers, in the boroughs that they coordinate"),
            ("walk_walkrequest", "Can be given requests, open them and offer times"),
        ]

    def __str__(self) -> str:
        return str(self.user.get_full_name() or self.user.get_username())
