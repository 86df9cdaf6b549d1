"""What only a real browser shows, against a real web server: `make browser`, apart from the suite."""
