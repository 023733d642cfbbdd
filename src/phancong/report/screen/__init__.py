"""HTML pages: one file each, which loads nothing and works without a network."""

from phancong.report.screen.plan_page import plan_document
from phancong.report.screen.shell import document, page_document, text

__all__ = ["document", "page_document", "plan_document", "text"]
