"""How near are generated images to real ones, as distributions?

Everything is measured in the features of one judge against one reference, the test
split, with the same n for every row; the floor is real training images in place of
generated ones, scored in the same way.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    return every_run(profile)
