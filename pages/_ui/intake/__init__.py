"""Steps of the page that takes in a list."""
