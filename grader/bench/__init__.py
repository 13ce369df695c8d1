"""What the grader is measured against: an ordinary nbgrader course, and classes of any size."""
