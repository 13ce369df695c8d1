"""The course without a class, on the command line: notebooks brought, watched, reset and kept up to date."""
