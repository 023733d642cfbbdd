"""First plans: initial plan, ejection chains, tabu repair, and minimal relaxation of limits."""
