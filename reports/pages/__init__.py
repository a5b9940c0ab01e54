"""Pages: the report of a study, a map, the laws, an index, a comparison."""
