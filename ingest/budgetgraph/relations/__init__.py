"""Relations: the sums, equalities and parts that structure and coordinates imply."""
