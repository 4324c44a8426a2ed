"""The vocabulary as values, for those who show it: classes and properties, code lists, a picture."""
