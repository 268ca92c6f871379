"""Everything that reads or writes: boundaries, localities, clusters and their members."""
