"""What a user typed, what the template says now, and what becomes of both."""
