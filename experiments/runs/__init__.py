"""Trained generative models: the loop that makes them, and reading them back."""
