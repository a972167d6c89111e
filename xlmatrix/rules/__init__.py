"""One module a rule: what a cell computes and the value Python computes for it, side by side."""
