"""The durable record of people, attempts, permits, events, decisions and plans."""
