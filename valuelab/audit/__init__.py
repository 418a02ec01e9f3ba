"""Holds a finished report against the raw files and params it came from; imports nothing of ``valuelab.analysis``."""
