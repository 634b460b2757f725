"""System checks: what can be misconfigured is told at the start, with a hint."""
