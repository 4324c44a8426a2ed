"""Code lists: the SKOS schemes of ontology/, from the codes and names that are printed and the tables beside us."""
