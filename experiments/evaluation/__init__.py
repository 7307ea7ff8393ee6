"""Judges and metrics: functions of images that know no model and no file layout."""
