"""Digit readers: classifiers trained on real and generated images, to see what these are worth."""
