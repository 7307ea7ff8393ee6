"""The classifiers that score, and what they read in images."""
