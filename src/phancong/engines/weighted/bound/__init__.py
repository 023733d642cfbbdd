"""The Lagrangian bound: multipliers, a knapsack for each member, and penalties of pairs."""
