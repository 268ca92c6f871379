"""The vocabulary as types: units, clusters, members, queries and results."""
