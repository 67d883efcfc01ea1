"""Rules that let one version of the code run while the fleet moves to the next version's schema."""
