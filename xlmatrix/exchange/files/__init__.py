"""Files of tickets: what each one is, opened with a guard, and its rows one like another."""
