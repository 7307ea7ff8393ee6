"""Does the judge read the digit that was asked for, and every digit equally often?

Labels come from the second judge, which has no part in any distance; what it reaches on
real test images stands beside what it says of generated ones.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    return every_run(profile)
