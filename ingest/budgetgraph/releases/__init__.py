"""The parts of a release: records, quads, and files that survive a crash."""
