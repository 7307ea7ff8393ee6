"""CVAE-plain: the `cvae` trained on the evidence lower bound itself.

The KL term has weight 1, as the bound says, and nothing else differs. It is kept beside the
`cvae` to show what the one setting ``beta`` does for samples: the bound asks for good
reconstructions first, at the price of posteriors that leave gaps in the prior.
"""

from pydantic import Field

from experiments.models import backbone, cvae
from experiments.models.about import BOUND, About


class Settings(cvae.Settings):
    beta: backbone.Weight = Field(
        1.0,
        description="weight of the KL divergence. The bound itself; nothing else differs from the "
        "CVAE.",
    )


class Model(cvae.Model):
    about = About(
        name="CVAE-plain",
        full_name="conditional variational autoencoder on the plain bound",
        objective="evidence lower bound",
        likelihood="lower bound",
        networks="shared",
        papers=("sohn2015",),
        prior=("anixdrone", "memari"),
        losses=BOUND,
        order=30,
        shade=1,
    )
    settings_type = Settings
