"""One shop as a file: written, brought in, copied, set back (docs/operators/backups.md)."""
