"""The Lagrangian bound: multipliers, a knapsack for each member, and what pairs cost beside them."""
