"""The sheets of reporting duties: obligations, their rules, the scope, what to report now."""
