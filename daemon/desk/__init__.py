"""The words of a service desk: pure."""
