"""Transactions: the only place that opens them."""
