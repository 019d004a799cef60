"""One module for each command; none is loaded before it is asked for."""
