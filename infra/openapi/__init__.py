"""The committed OpenAPI documents, and the check that they only grow."""
