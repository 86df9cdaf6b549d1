"""The rules of the certification: frozen facts in, a verdict with its reasons out. No row, no clock, no setting."""
