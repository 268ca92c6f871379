"""Turn results into files a person can take along."""
