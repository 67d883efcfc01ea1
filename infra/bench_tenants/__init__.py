"""What many shops on one server cost: opened, served, migrated, kept apart."""
