"""Removing a teller's picture: the file that only staff see, and the one in the library with its renditions."""

from django.db import transaction

from careers.submissions.models import StorySubmission
from portal.pictures.storage import private_storage


def remove_picture(story: StorySubmission) -> None:
    """Remove the private file, when the open transaction has committed."""
    name = story.picture.name
    StorySubmission.objects.filter(pk=story.pk).update(picture="", picture_alt="")
    if name:
        transaction.on_commit(lambda: private_storage().delete(name))


def remove_image(story: StorySubmission) -> None:
    """Remove the picture from the library; its renditions and their files go with it."""
    image = story.image
    StorySubmission.objects.filter(pk=story.pk).update(image=None)
    if image is not None:
        # One by one: Wagtail removes the file of a rendition when it hears that the row is gone.
        for rendition in image.renditions.all():
            rendition.delete()
        image.delete()
