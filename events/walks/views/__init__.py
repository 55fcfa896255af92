"""The pages of the journey: what a walk is, asking for one, and her own page."""
