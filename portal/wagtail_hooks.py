"""What the portal adds to Wagtail's admin: the style guide."""

from typing import Any

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.style_guide import style_guide


@hooks.register("register_admin_urls")
def register_style_guide() -> list[Any]:
    """Give the style guide its address; Wagtail lets in whoever may use the CMS."""
    return [path("style-guide/", style_guide, name="style-guide")]


@hooks.register("register_help_menu_item")
def link_style_guide() -> MenuItem:
    """Put it into the help menu."""
    return MenuItem("Style guide", reverse("style-guide"), icon_name="view", order=100)
