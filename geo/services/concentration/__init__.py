"""Say how concentrated the members of clusters are."""
