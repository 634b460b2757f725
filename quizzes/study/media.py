"""Pictures and sounds of questions, for those who meet the questions."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.bank.media.models import Media
from quizzes.bank.media.services import path_of
from quizzes.bank.models import QuestionAnchor
from quizzes.bank.queries import asked_versions
from quizzes.material.models import Source
from quizzes.reader.questions import questions_for

TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "wav": "audio/wav"}


@require_GET
@login_required
def media(request: HttpRequest, name: str) -> FileResponse:
    """A file, to authors of its bank, to whoever may see an attempt that asks it, and to whoever
    may meet a question with it next to a text.

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
    if Attempt.objects.visible_to(user).filter(Exists(met)).exists():
        return True
    versions = asked_versions().filter(
        pk__in=found.versions.values("pk"),
        question__in=questions_for(user, now=timezone.now()),
    )
    editions = Source.objects.visible_to(user).published().values("edition")
    return QuestionAnchor.objects.filter(
        version__in=versions, edition__in=editions, option=None
    ).exists()
