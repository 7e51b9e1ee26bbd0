"""The command line: argv to domain and back. No decision is made here."""
