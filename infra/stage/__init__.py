"""A whole installation of its own for one run: database, simulator, web and worker."""
