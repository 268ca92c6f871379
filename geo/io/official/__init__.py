"""Read official files as the offices publish them, and keep what was read of them."""
