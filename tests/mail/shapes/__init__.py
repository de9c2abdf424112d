"""Shapes of mail composed for the tests, after what mail programs write."""
