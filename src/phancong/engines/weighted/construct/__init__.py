"""A first plan: initial plan, ejection chains, tabu repair, and limits that give way by the least."""
