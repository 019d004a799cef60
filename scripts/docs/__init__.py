"""Pages of docs/ that are generated, so that they cannot drift."""
