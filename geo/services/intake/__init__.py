"""Take in uploaded lists: read, place, ask, decide."""
