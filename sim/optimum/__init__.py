"""The optimum: search grids, the best value with its confidence interval, price sweeps."""
