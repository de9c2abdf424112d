"""The Postdesk program."""
