"""Programmes by expression of interest: who wants to take part, who is paired with whom, their sessions."""
