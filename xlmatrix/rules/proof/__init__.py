"""The proof: who is called, for every class, severity and instant of the horizon."""
