"""CVAE-plain: the `cvae` trained on the evidence lower bound itself.

The KL term has weight 1, as the bound says, and nothing else differs. It is kept beside the
`cvae` to show what the one setting ``beta`` does for samples: the bound asks for good
reconstructions first, at the price of posteriors that leave gaps in the prior.
"""

from pydantic import Field

from experiments.models import backbone, cvae


class Settings(cvae.Settings):
    beta: backbone.Weight = Field(1.0, description="weight of the KL term (1: the true bound)")


class Model(cvae.Model):
    settings_type = Settings
