"""When a step is done: its receipt's key, and its files; never a clock."""

import os
from pathlib import Path

import pytest

from experiments.pipeline import keys
from experiments.pipeline.kinds import KINDS, words
from experiments.pipeline.make import MAKERS
from experiments.pipeline.plan import Plan
from experiments.pipeline.steps import Step, perform
from experiments.profile import EvaluationSettings, Profile
from experiments.studies.needs import ReaderNeed, RunNeed
from experiments.support import precision
from experiments.support.errors import UserError
from experiments.support.files import write_json
from experiments.support.layout import Layout
from experiments.support.receipts import write_receipt

CGAN = RunNeed("cgan", 0)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path, "tiny")
    write_json(made.data_receipt("toy"), {"sha256": "abc"})
    return made


@pytest.fixture
def profile() -> Profile:
    return Profile(
        name="tiny", datasets=["toy"], seeds=[0], studies=["samples"],
        models={"cgan": {"images": 100, "toy": {"width": 4}}, "vae": {}},
    )  # fmt: skip


def finish(step: Step, content: str = "x", **about: object) -> Path:
    """Leave what the step would leave: one file and a receipt."""
    file = step.receipt.parent / f"{step.kind}.bin"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    write_receipt(step.receipt, step.key() or {}, [file], about)
    return file


def finish_all(plan: Plan) -> dict[str, Step]:
    made = {}
    for step in plan.steps(["toy"]):
        finish(step)
        made[step.path] = step
    return made


def stale(plan: Plan) -> set[str]:
    """The kinds of step that are not done."""
    return {step.kind for step in plan.steps(["toy"]) if not step.done()}


def test_a_step_is_done_when_its_receipt_holds_its_key(layout: Layout, profile: Profile) -> None:
    step = Plan(layout, profile).judge("toy")
    assert step.fault() == "missing"
    finish(step)
    assert step.done()
    write_json(layout.data_receipt("toy"), {"sha256": "other"})
    assert Plan(layout, profile).judge("toy").fault() == "stale"


@pytest.mark.parametrize("when", [1.0, 9e9])
def test_no_clock_decides(layout: Layout, profile: Profile, when: float) -> None:
    """A folder may have been copied, or come from a machine whose clock was wrong."""
    step = Plan(layout, profile).train("toy", CGAN)
    finish(step)
    os.utime(step.receipt, (when, when))
    assert step.done()
    changed = profile.model_copy(update={"models": {"cgan": {"images": 7}}})
    assert Plan(layout, changed).train("toy", CGAN).fault() == "stale"


@pytest.mark.parametrize("damage", ["gone", "cut", "other", "folder"])
def test_a_lost_or_damaged_file_is_found_and_named(
    layout: Layout, profile: Profile, damage: str
) -> None:
    step = Plan(layout, profile).train("toy", CGAN)
    file = finish(step, "weights")
    if damage in ("gone", "folder"):
        file.unlink()
    if damage == "cut":
        file.write_text("weig")
    if damage == "other":
        file.write_text("WEIGHTS")
    if damage == "folder":
        file.mkdir()
    assert step.fault() == f"{file} is {'missing' if damage == 'gone' else 'damaged'}"


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"key": 3, "files": {}}', '{"files": []}',
                                  "[" * 20_000])  # fmt: skip
def test_a_damaged_receipt_is_no_receipt(layout: Layout, profile: Profile, text: str) -> None:
    step = Plan(layout, profile).judge("toy")
    finish(step)
    step.receipt.write_text(text)
    assert step.fault() == "damaged"


def test_a_step_remade_to_the_same_bytes_makes_nothing_stale(
    layout: Layout, profile: Profile
) -> None:
    plan = Plan(layout, profile)
    made = finish_all(plan)
    assert stale(plan) == set()
    judge = plan.judge("toy")
    write_receipt(judge.receipt, {"another": "key"}, [judge.receipt.parent / "judge.bin"])
    assert stale(plan) == {"judge"}
    finish(judge, "other bytes")
    assert stale(plan) == {"real", "readings", "measure"}
    finish(made["toy/real/readings.json"])
    assert stale(plan) == {"readings", "measure"}


def test_more_samples_train_nothing(layout: Layout, profile: Profile) -> None:
    finish_all(Plan(layout, profile))
    more = profile.model_copy(update={"evaluation": EvaluationSettings(samples=20_000)})
    assert stale(Plan(layout, more)) == {"samples", "measure"}


def test_new_weights_touch_their_samples_alone_until_these_differ(
    layout: Layout, profile: Profile
) -> None:
    plan = Plan(layout, profile)
    finish_all(plan)
    run = plan.train("toy", CGAN)
    weights = run.receipt.parent / "weights.safetensors"
    weights.write_text("weights")
    write_receipt(run.receipt, run.key() or {}, [weights])
    kinds = {step.path for step in plan.steps(["toy"]) if not step.done()}
    assert kinds == {
        "toy/cgan/default/seed-0/samples.json", "studies/samples/toy/measured/measure.json",
    }  # fmt: skip


def test_settings_seed_data_and_device_count(layout: Layout, profile: Profile) -> None:
    def made(seed: int = 0, device: str = "cpu", **settings: object) -> keys.Key | None:
        need = RunNeed("cgan", seed, tuple(settings.items()))
        return Plan(layout, profile, device).train("toy", need).key()

    first = made()
    assert first and made() == first
    assert first["settings"] == {"images": 100, "width": 4}
    assert made(seed=1) != first
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "present", lambda: ("cuda", "cpu"))
        assert made(device="cuda") != first
    with pytest.raises(UserError, match="has no device 'mps'"):
        made(device="mps")
    assert made(width=8) != first
    write_json(layout.data_receipt("toy"), {"sha256": "other"})
    assert made() != first


def test_a_setting_that_differs_gets_a_folder_of_its_own(layout: Layout, profile: Profile) -> None:
    plan = Plan(layout, profile)
    plain = plan.train("toy", CGAN)
    other = plan.train("toy", RunNeed("cgan", 0, (("batch_size", 4), ("width", 8))))
    assert plain.receipt == layout.run_receipt("toy", "cgan", 0)
    assert other.receipt == layout.run_receipt("toy", "cgan", 0, "batch_size=4,width=8")
    assert other.command[-4:] == ["--set", "batch_size=4", "--set", "width=8"]


def test_every_kind_has_a_maker_and_a_command() -> None:
    from experiments.__main__ import app

    commands = {command.callback.__name__ for command in app.registered_commands}
    assert set(KINDS) == set(MAKERS) == set(keys.ENTRIES) - {"fit"} | {"measure", "draw"}
    assert {kind.command.split()[0] for kind in KINDS.values()} <= commands


def test_a_command_says_what_its_file_is(layout: Layout, profile: Profile) -> None:
    plan = Plan(layout, profile)
    reader = plan.reader("toy", ReaderNeed("cgan", 500, 0.5))
    assert reader.path == "toy/readers/cgan-real-500-ratio-0.5-seed-0/reader.json"
    assert reader.receipt.parent == layout.reader("toy", ReaderNeed("cgan", 500, 0.5).name)
    assert " ".join(reader.command) == "reader toy cgan --real 500 --ratio 0.5 --seed 0"
    assert words("real", {"dataset": "toy"}) == ["readings", "toy"]
    assert plan.draw("samples", "toy").receipt == layout.figures("samples", "toy") / "draw.json"
    assert plan.real("toy").receipt == layout.real_readings("toy").with_suffix(".json")


def test_a_plan_holds_every_step_once_and_after_what_it_reads(
    layout: Layout, profile: Profile
) -> None:
    planned = Plan(layout, profile).steps(["toy"])
    paths = [step.path for step in planned]
    assert len(set(paths)) == len(paths) == 2 * 3 + 4
    for at, step in enumerate(planned):
        assert all(each.step.path in paths[:at] for each in step.reads)


def test_a_step_whose_input_is_missing_names_the_command(layout: Layout, profile: Profile) -> None:
    step = Plan(layout, profile).samples("toy", CGAN)
    with pytest.raises(UserError, match=r"run `python -m experiments train toy cgan --seed 0`"):
        perform(layout, step, lambda key: pytest.fail("it cannot be done"))


def test_a_step_that_is_done_is_not_done_again(layout: Layout, profile: Profile) -> None:
    step = Plan(layout, profile).judge("toy")
    done: list[keys.Key] = []

    def make(key: keys.Key) -> None:
        done.append(key)
        finish(step)

    assert perform(layout, step, make) and not perform(layout, step, make)
    assert done == [step.key()]
