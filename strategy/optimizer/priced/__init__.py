"""Plans for 10^4 to 10^6 accounts, found by putting a price on every shared resource."""
