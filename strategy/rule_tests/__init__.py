"""Tests that strategy teams write beside their rules, as data."""
