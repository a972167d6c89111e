"""Two copies of one workbook made one: what stood in both, what each changed, where both did."""
