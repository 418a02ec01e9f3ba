"""Charts: one function a picture, from one result."""
