"""A first plan: initial plan, ejection chains, tabu repair, and limits that are relaxed by the least."""
