"""The consent wording that people saw."""

from django.db import models


class ConsentWording(models.Model):
    """A wording as it was shown. Never edited: a new text is a new version."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Version {self.version}"
