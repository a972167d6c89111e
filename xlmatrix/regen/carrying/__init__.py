"""What is not ours in a used workbook, carried into the new one."""
