"""Formulas with the values that Excel itself gave them; see README.md for where they are from."""
