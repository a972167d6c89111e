"""Small books confirmed whole by engines beside LibreOffice and IronCalc: ``make engines``."""
