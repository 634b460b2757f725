"""A bank's pictures and sounds: put there, looked at, copied into questions, removed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import user_of
from quizzes.bank.admin.forms import Plain
from quizzes.bank.media import services
from quizzes.bank.models import QuestionBank
from quizzes.material.admin.base import OwnRowsAdmin

PER_PAGE = 50


class MediaForm(Plain):
    file = forms.FileField(
        label=gettext_lazy("Picture or sound"),
        help_text=gettext_lazy(
            "PNG, JPEG, WebP or GIF; MP3, OGG, FLAC or WAV of at most two minutes; 10 MB. It is"
            " made again, without what cameras and programs write into files."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*,audio/*"}),
    )
    name = forms.SlugField(
        label=gettext_lazy("Name"),
        max_length=services.NAME_LENGTH,
        help_text=gettext_lazy("The name questions use for it: letters, digits and hyphens."),
    )


def listing(admin: OwnRowsAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """List a bank's media; a POST puts one there, or takes one away."""
    user = user_of(request)
    bank = get_object_or_404(QuestionBank.objects.editable_by(user), pk=pk)
    form = MediaForm()
    if request.method == "POST" and "remove" in request.POST:
        _remove(request, bank)
        return redirect(admin.link("media", bank.pk))
    if request.method == "POST":
        form = MediaForm(request.POST, request.FILES)
        if form.is_valid() and _add(request, bank, form):
            return redirect(admin.link("media", bank.pk))
    found = bank.media.annotate(used=Count("versions__question", distinct=True)).order_by("name")
    return admin.page(
        request,
        "bank/media.html",
        title=_("Pictures and sounds"),
        obj=bank,
        form=form,
        media=Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    )


def _add(request: HttpRequest, bank: QuestionBank, form: MediaForm) -> bool:
    upload = form.cleaned_data["file"]
    if upload.size > services.UPLOAD_LIMIT:
        megabytes = services.UPLOAD_LIMIT // 1_000_000
        form.add_error("file", _("The file has more than %(n)d MB.") % {"n": megabytes})
        return False
    try:
        media = services.add_media(
            bank=bank,
            name=form.cleaned_data["name"],
            content=upload.read(),
            by=user_of(request),
            now=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = _("“%(name)s” is uploaded. Copy its line into a question.")
    messages.success(request, words % {"name": media.name})
    return True


def _remove(request: HttpRequest, bank: QuestionBank) -> None:
    name = request.POST.get("remove", "").replace("\0", "")
    media = get_object_or_404(bank.media.all(), name=name)
    try:
        services.remove_media(media=media)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": name})
