"""Bringing a template version to many mini-programs: waves, a stop rule, a quota."""
