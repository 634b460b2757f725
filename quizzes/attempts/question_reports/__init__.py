"""Reports and appeals: what learners say of a question, and what its authors answer."""
