"""The public pages of registering, managing and calendars. One domain call each; GET changes nothing."""
