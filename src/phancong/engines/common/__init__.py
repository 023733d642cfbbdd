"""Common ground of the engines: linear models and solvers, integers, candidate pairs."""
