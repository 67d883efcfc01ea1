"""dramatiq made safe: typed messages written in the caller's transaction, fair, never lost."""
