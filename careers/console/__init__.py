"""Staff pages in Wagtail's admin: the queue of questions to recruiters."""
