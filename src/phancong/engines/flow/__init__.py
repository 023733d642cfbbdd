"""The exact engine for unit loads: minimum-cost flows in stages."""

from phancong.engines.flow.engine import FlowEngine

__all__ = ["FlowEngine"]
