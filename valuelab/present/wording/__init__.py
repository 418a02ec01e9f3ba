"""Sentences: pure functions from results to text. Direction words only where the interval excludes zero."""
