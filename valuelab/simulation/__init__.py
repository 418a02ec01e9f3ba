"""Invented worlds whose truth is known, and how often the methods are right in them."""
