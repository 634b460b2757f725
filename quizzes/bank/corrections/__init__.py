"""Correcting the key of a version that has been answered. See docs/decisions/0016."""
