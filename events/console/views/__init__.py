"""Staff pages in Wagtail's admin: who is registered, and what was sent to whom."""
