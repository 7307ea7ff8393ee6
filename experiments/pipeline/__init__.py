"""Which steps there are, what makes each stale, and how all of them are run."""
