"""The educators' pages for study texts."""

from quizzes.material.admin.sources import SourceAdmin

__all__ = ["SourceAdmin"]
