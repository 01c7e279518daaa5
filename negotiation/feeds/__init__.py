"""The bank's files: what a nightly delivery looks like, how it is checked, and how it becomes rows."""
