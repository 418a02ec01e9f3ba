"""The spreadsheet beside a report: working formulas, so that finance can change an assumption and see it. Made from results.json alone."""

from valuelab.spreadsheet.make import make_spreadsheet

__all__ = ["make_spreadsheet"]
