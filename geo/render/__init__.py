"""Draw: palettes, legends, texts, web maps and their static assets."""
