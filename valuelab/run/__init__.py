"""Runs the workbooks of customers: executes, converts, publishes whole folders, keeps the index."""
