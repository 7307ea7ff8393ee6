"""Digit readers: classifiers trained on real, generated or rendered images, and what they read."""
