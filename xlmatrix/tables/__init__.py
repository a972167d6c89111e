"""What a column and a table are, declared once."""
