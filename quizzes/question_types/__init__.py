"""Kinds of question: one folder each, found by being there (see README.md)."""
