"""The commands, thin; their options."""
