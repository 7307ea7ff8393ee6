"""How well do models fill a hole in an image of which they are told the digit?

Test images lose a square of a quarter, half or three quarters of their pixels. The same
holes are filled by every model that can: one with ``fill`` paints them directly; one with a
posterior (``encode``) copies the picture again and again, from the mean of its posterior,
while the visible pixels are put back (Rezende et al., 2014), starting from the mean training
image of the digit. Beside them stand the nearest training image of the digit by visible
pixels, and two bounds: the untouched image, and the hole in the mean colour of the rest.

Two numbers, since each can be had cheaply: the share of whole filled images that the judge
reads as the true digit (a digit drawn over everything that is visible would do), and the
error of the pixels in the hole (which a blurred mean makes small).
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout

SHARES = (0.25, 0.5, 0.75)
"""Of the pixels: what is hidden."""


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    """Every run: which models can fill a hole is known when they are loaded."""
    return every_run(profile)
