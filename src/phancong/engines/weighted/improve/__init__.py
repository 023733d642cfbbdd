"""Better plans: cyclic transfers, neighbourhoods, restricted models, variable fixing."""
