"""The pages on which a question is written, previewed and compared."""
