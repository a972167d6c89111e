"""Who is called when, and who is on call."""
