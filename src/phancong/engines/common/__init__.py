"""What several engines share: linear models and solvers, integers, candidate pairs."""
