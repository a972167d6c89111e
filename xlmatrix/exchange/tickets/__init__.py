"""What tickets mean: their stamps, states, severities and histories, whatever tool they come from."""
