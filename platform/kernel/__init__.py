"""Pure Python words of the whole city: money, states, refusals, identifiers, the clock."""
