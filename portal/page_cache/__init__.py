"""Whole pages kept for visitors without a session, and dropped at once when anything that they show changes."""
