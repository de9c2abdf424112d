"""The database of Postdesk: records out, peewee inside."""
