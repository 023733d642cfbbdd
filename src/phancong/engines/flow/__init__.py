"""The exact engine for unit loads: a minimum-cost flow in each stage."""

from phancong.engines.flow.engine import FlowEngine

__all__ = ["FlowEngine"]
