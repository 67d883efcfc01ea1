"""Bringing a template version to one mini-program: commit, audit, release, and back."""
