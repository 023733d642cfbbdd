"""How good at any size: our search beside the starts, the rivals and the best that is known.

    python -m benchmarks.quality.any_size --seeds 1000-1023 --limit 10 [--strategies auto]
    python -m benchmarks.quality.any_size run --limits 1,3,10,30
    python -m benchmarks.quality.any_size best --limit 120
    python -m benchmarks.quality.any_size report

The first is for tuning: a line a problem, and a summary. ``run`` measures what is reported, ``best``
looks for the best plans and writes down what is known, ``report`` draws the table and the picture. The
protocol stands in ``benchmarks/README.md``.
"""
