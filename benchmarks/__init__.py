"""Measurements of Postdesk, each beside something well known in the same run; see README.md."""
