"""Measure our ways beside a named peer, in one run; a timing is never a test."""
