"""Training: what do the losses do, how long does it take, how good is a model when?

Quality on the way is that of the averaged weights at the saved points of each run, by the
same judges as everything else but with fewer images: Frechet distances here are a little
larger than those of the study `fidelity` and are compared only with each other. Images are
drawn in bf16 where the processor has it, which moves a distance by less than a thousandth.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    return every_run(profile)
