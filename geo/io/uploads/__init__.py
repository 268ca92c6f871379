"""Read files that strangers upload: bounded, checked, and without running anything in them."""
