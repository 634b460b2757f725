"""Reports and appeals: what students say about a question, and what its authors answer."""
