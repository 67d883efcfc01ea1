"""When to try again. Pure."""

from datetime import timedelta

WAITS_SECONDS = (2, 5, 15, 60, 240, 240, 240, 240, 240, 240, 240, 240)
"""Before each further attempt, for as long as half an hour; after the last one it failed."""
PERMIT_SECONDS = (15, 60, 300)
"""While the push about the customer's “yes” may still be on its way."""
NEIGHBOUR_SECONDS = 2
"""While another message to the same customer is under way (43108)."""
LOST_AFTER = timedelta(minutes=15)
"""A message that is being sent for so long is not: its worker and its job are gone."""
SETUP_WAITS_SECONDS = (5, 30, 120, 600)
