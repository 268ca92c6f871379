"""Pure functions of frames and arrays: where members are and how densely."""
