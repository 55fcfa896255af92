"""From a row to a mail server: the only package that touches `django.core.mail`.

`claims` takes rows and settles abandoned ones, `composition` makes drafts of a batch, `mime` makes bytes of a draft,
`sending` speaks to the mail server and says what its answer means, `deliverer` puts them in their order.
"""
