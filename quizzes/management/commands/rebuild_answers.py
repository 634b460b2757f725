"""Make the records of students' answers and all counts again from what attempts hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from quizzes.insight import recording, recount
from quizzes.insight.models import BankCounts


class Command(BaseCommand):
    help = (
        "Makes the record of every student's answers and the counts of texts again. Nothing but the"
        " students' own flags and notes is kept of what was there. Safe while the site runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        students = 0
        for user in User.objects.order_by("pk").values_list("pk", flat=True).iterator():
            recording.rebuild(user)
            students += 1
        BankCounts.objects.update(changes=-1)
        recount.recount_banks(list(BankCounts.objects.values_list("bank", flat=True)))
        self.stdout.write(f"Records made again: {students} users.")
