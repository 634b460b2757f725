"""Pictures and sounds of questions, for those who meet the questions."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from accounts.models import User
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.bank.media.models import Media
from quizzes.bank.media.services import path_of

TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "wav": "audio/wav"}


@require_GET
@login_required
def media(request: HttpRequest, name: str) -> FileResponse:
    """A file, to authors of its bank and to whoever may see an attempt that asks it.

    It is sent so that no browser takes it for anything but what it is, and kept by none: a picture
    may belong to an exam, and the computer to a school.
    """
    user = cast(User, request.user)
    token, _dot, suffix = name.partition(".")
    found = Media.objects.filter(token=token, suffix=suffix).first()
    if found is None or not _may_see(user, found):
        raise Http404
    try:
        file = path_of(found).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=TYPES[suffix], filename=f"{found.name}.{suffix}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _may_see(user: User, found: Media) -> bool:
    if user.is_staff and Media.objects.editable_by(user).filter(pk=found.pk).exists():
        return True
    met = AttemptQuestion.objects.filter(
        attempt=OuterRef("pk"), version__in=found.versions.values("pk")
    )
    return Attempt.objects.visible_to(user).filter(Exists(met)).exists()
