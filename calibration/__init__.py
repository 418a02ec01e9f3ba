"""Scripts that fit, judge and calibrate the methods on real series and invented worlds. Not shipped with the package."""
