"""Closes attempts whose time is up: what `manage.py work` does every minute, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quizzes.attempts.services import close_overdue_attempts


class Command(BaseCommand):
    help = "Closes attempts whose time is up with the answers saved until then."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = close_overdue_attempts(now=timezone.now())
        self.stdout.write(f"{closed} attempts closed.")
