"""Backups of a whole server: base backups, the write-ahead log, and setting up what they hold."""
