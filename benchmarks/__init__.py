"""Measured claims: what docs/performance.md says, run again."""
