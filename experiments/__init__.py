"""Two Ways to Draw a Digit: VAEs and GANs, measured.

Every step of the pipeline is a command: ``python -m experiments --help``.
"""
