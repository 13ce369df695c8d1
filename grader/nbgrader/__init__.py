"""nbgrader, set up and extended by dotted name; nothing of it is forked."""
