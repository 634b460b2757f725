"""Make the demo users: one for each role."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services
from accounts.checks import DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USERS
from accounts.models import User


class Command(BaseCommand):
    help = "Makes the demo users student, educator and admin; existing ones are left as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Demo users have a known password; they are made with DEMO=1 only.")
        made, kept = [], []
        with transaction.atomic():
            for login, name in DEMO_USERS.items():
                if User.objects.filter(login=login).exists():
                    kept.append(login)
                    continue
                user = User.objects.create_user(
                    login, f"{login}@{DEMO_DOMAIN}", DEMO_PASSWORD, name=name
                )
                services.set_roles(user=user, roles=[login], by=None)
                made.append(login)
        if options["json"]:
            self.stdout.write(json.dumps({"made": made, "kept": kept}))
            return
        self.stdout.write(f"Demo users: {len(made)} made, {len(kept)} there already.")
