"""The item-writing linter: what a careful editor would say about questions and cards.

Pure and fast: drafts in, findings out; no model, no request, no clock. Its rules know English.
Advice, never a verdict: a finding can be waived with a reason, and nothing is ever blocked.
"""
