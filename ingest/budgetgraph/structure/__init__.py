"""Structure: the blocks of a table, each with the tree of its columns and the tree of its rows."""
