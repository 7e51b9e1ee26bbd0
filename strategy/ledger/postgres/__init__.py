"""The ledger on PostgreSQL, for several replicas of the service on one database."""
