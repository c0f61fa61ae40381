"""Child processes of the server: fetching the data sets and training for visitors."""
