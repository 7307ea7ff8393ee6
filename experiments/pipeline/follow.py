"""What a step has of the pipeline that started it: its life, and no variable of the user's."""

import os
import threading
import time

from experiments.support.errors import UserError

VARIABLE = "PIPELINE_PID"

OPTIONS = (
    "PROFILE", "DATASETS", "MODELS", "SEEDS", "DATA_ROOT", "DATA", "JOBS", "RUNS", "ASSETS",
    "DEVICE", "EXECUTOR",
)  # fmt: skip
"""The variables that commands read; the pipeline gives its steps options in their place."""


def follow_pipeline() -> None:
    """Watch the pipeline that started this process, if one did. On a cluster none is near, and
    steps go on without it."""
    if VARIABLE not in os.environ:
        return
    text = os.environ[VARIABLE]
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise UserError(f"{VARIABLE}={text} is no number of a process: leave it out.")
    pipeline = int(text)

    def watch_pipeline() -> None:
        while True:
            time.sleep(1)
            try:
                os.kill(pipeline, 0)
            except OSError:
                os._exit(1)

    threading.Thread(target=watch_pipeline, daemon=True).start()
