"""Identity: who discloses what, for which year and phase, and which files make one disclosure."""
