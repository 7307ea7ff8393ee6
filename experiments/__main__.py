"""Every step of the pipeline as a command: python -m experiments --help

    python -m experiments data mnist svhn
    python -m experiments judge mnist
    python -m experiments train mnist cgan --seed 0
    python -m experiments study fidelity mnist
    python -m experiments collect

`python -m experiments pipeline` does all of it, in order and side by side. A step whose
result is there already, made from the same settings, data and code, does nothing.
"""

import sys
from pathlib import Path

import typer

from experiments import models
from experiments.cli import commands, using
from experiments.pipeline import follow
from experiments.support.errors import UserError
from experiments.support.files import MENDABLE, explain

INTERRUPTED = 130

app = typer.Typer(
    help="VAEs and GANs on digits: train, measure, draw. Each command is one step.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"show_default": True, "help_option_names": ["-h", "--help"]},
)
for command, summary in (
    (commands.data, "find each dataset, write it in one form"),
    (commands.judge, "train the classifiers that score everything"),
    (commands.train, "train one model, or go on with it"),
    (commands.samples, "draw a run's samples: a part of train"),
    (commands.readings, "let the judges read samples or real images"),
    (commands.reader, "train a digit reader on what models draw"),
    (commands.measure, "measure what a study asks"),
    (commands.draw, "draw a study's figures from what was measured"),
    (commands.study, "answer one question of the writeup: measure, draw"),
    (commands.claims, "decide what the numbers bear out"),
    (commands.collect, "put the results where the page reads them"),
    (commands.accept, "renew keys of results that new code leaves true"),
    (commands.pipeline, "all of the above, side by side"),
    (using.sample, "draw labelled images into a file"),
    (using.fill, "let a model fill in holes in images"),
    (using.write, "let the models write a number"),
    (using.bench, "measure the speed of training and sampling"),
):
    app.command(short_help=summary)(command)


def main() -> int:
    """Run a command; whatever a person can mend is one sentence and exit code 2."""
    try:
        follow.follow_pipeline()
        models.check_extra()
        arguments = sys.argv[1:] or ["--help"]
        code = app(arguments, prog_name="python -m experiments", standalone_mode=False) or 0
        if code == INTERRUPTED:  # Typer's word for Ctrl-C
            print("Stopped; the same command goes on where it was.", file=sys.stderr)
        return code
    except UserError as error:
        return _complain(str(error))
    except typer.TyperException as error:  # an option or a name that does not exist
        sentence = error.format_message() if hasattr(error, "format_message") else str(error)
        return _complain(f"{sentence.rstrip('.')}; see --help.")
    except MemoryError:
        return _complain("There is not enough memory for this: choose smaller sizes.")
    except OSError as error:
        if error.errno not in MENDABLE:
            raise
        return _complain(str(explain(error, Path(str(error.filename or "a file")))))


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
