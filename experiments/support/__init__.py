"""What every room uses: errors, files, paths, progress, the machine."""
