"""Posters: print-ready, each place with a code of its own, counted without cookies."""
