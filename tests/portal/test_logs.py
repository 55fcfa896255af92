"""What goes to the log, and what would only bury it."""

import logging

import pytest
from django.contrib.auth import get_user_model
from wagtail.tasks import update_reference_index_task

from portal.logs import WorthTelling


def line(message, error=None):
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("django.tasks", logging.ERROR, __file__, 1, message, (), exc_info)


def test_a_row_that_is_gone_needs_no_index_and_no_traceback():
    gone = get_user_model().DoesNotExist("It is gone.")
    path = update_reference_index_task.module_path
    assert not WorthTelling().filter(line(f"Task id=1 path={path} state=FAILED", gone))


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (update_reference_index_task.module_path, None),
        (update_reference_index_task.module_path, RuntimeError("The disk is full.")),
        ("events.tasks.anything_else", get_user_model().DoesNotExist("It is gone.")),
    ],
)
def test_everything_else_is_told(path, error):
    assert WorthTelling().filter(line(f"Task id=1 path={path} state=FAILED", error))


def test_it_stands_where_tasks_tell(settings):
    assert settings.LOGGING["loggers"]["django.tasks"]["filters"] == ["worth telling"]
    assert any(isinstance(one, WorthTelling) for one in logging.getLogger("django.tasks").filters)
