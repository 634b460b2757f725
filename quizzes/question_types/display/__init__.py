"""How a question is shown and reviewed: in attempts, previews, the reader and on cards. Pure."""
