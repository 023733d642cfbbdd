"""How good: strategies, ours and others, side by side on the same instances.

    python -m benchmarks.quality [--quick] [--list] [--sets ...] [--strategies ...]
        [--seeds 5] [--limit 60] [--out out/quality] [--tables-only]

``instances`` says what is assigned, ``strategies`` how; ``running`` tries each strategy on each
instance in a process of its own, ``judging`` judges every plan with :func:`phancong.check`, and
``tables`` and ``pictures`` show what came out. The protocol stands in ``benchmarks/README.md``.
"""
