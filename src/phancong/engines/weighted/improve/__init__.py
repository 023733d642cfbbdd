"""Better plans: cyclic transfers, neighbourhoods, restricted models, the residual problem."""
