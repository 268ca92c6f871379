"""Take in newer official data, show them and switch between them."""
