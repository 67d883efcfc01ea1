"""Every call of WeChat's that we know of, and the proof of who makes, imitates and tests it."""
