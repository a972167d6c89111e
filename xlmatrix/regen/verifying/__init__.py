"""The finished workbook held against what its report says and against what people typed."""
