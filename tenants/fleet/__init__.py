"""All schemas of shops as one fleet: which version each has, and bringing them to the next."""
