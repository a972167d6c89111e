"""The logs as columns, and the hidden lines that put them in order."""
