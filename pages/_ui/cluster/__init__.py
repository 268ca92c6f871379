"""The tabs of the page of a cluster, one file a tab."""
