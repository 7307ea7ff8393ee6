"""The settings of the judges, apart from what trains them: to check them loads no torch."""

from pydantic import Field

from experiments.profile import Count, Profile, Strict, validate


class JudgeSettings(Strict):
    """Section ``judge`` of a profile; the defaults are those of the published digits."""

    images: Count = Field(180_000, description="training images seen by each judge")
    batch_size: Count = Field(128, description="images per step")
    learning_rate: float = Field(4e-3, gt=0, description="AdamW, its highest value")
    weight_decay: float = Field(0.02, ge=0, description="AdamW, decoupled")
    width: Count = Field(24, description="channels of the first layer of the feature judge")
    label_width: Count = Field(28, description="the same of the label judge")
    label_smoothing: float = Field(0.05, ge=0, lt=1, description="share given to all classes")
    shift: float = Field(2.0, ge=0, description="augmentation: pixels")
    turn: float = Field(12.0, ge=0, description="augmentation: degrees")
    zoom: float = Field(0.12, ge=0, lt=1, description="augmentation: fraction")
    colour: float = Field(0.0, ge=0, le=1, description="augmentation: contrast and offset")
    invert: float = Field(0.0, ge=0, le=1, description="augmentation: share of negatives")
    cutout: int = Field(0, ge=0, le=32, description="augmentation: side of a hole in pixels")


def check_judge(profile: Profile, dataset: str) -> JudgeSettings:
    """The settings of a profile's judges on a dataset; `UserError` when they will not do."""
    return validate(JudgeSettings, profile.judge_settings(dataset), f"The judge of {dataset}")
