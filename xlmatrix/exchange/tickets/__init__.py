"""What tickets mean: stamps, states, severities and histories, whatever tool they come from."""
