"""The incident log: its computed columns, checks, owners and targets."""
