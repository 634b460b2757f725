"""The forms for importing a document: the file, and what is known of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from quizzes.importing.blocks import FILE_LIMIT, FORMATS, DocumentRefused
from quizzes.importing.propose import Proposal
from quizzes.importing.readers import guess
from quizzes.importing.reasons import refusal
from quizzes.importing.sandbox import read_file
from quizzes.material import markup
from quizzes.material.models import Audience, Source

ACCEPTED = ".txt,.md,.markdown,.html,.htm,.docx,.pdf,.epub"
_NAMES = {
    "txt": gettext_lazy("Plain text"),
    "md": "Markdown",
    "html": "HTML",
    "docx": gettext_lazy("Word (docx)"),
    "pdf": "PDF",
    "epub": "EPUB",
}


class UploadForm(forms.Form):
    """Takes a file and reads it; `proposal` is what it holds."""

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("Document"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy(
            "Plain text, Markdown, HTML, Word (docx), PDF or EPUB. The file is read but not kept."
        ),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[("", gettext_lazy("as the file shows")), *((n, _NAMES[n]) for n in FORMATS)],
    )
    edition_of = forms.ModelChoiceField(
        label=gettext_lazy("Import as"),
        required=False,
        queryset=Source.objects.none(),
        empty_label=gettext_lazy("a new text"),
        help_text=gettext_lazy("Or the next edition of a text: its passages keep their keys."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["edition_of"].queryset = Source.objects.editable_by(user).order_by("title")  # type: ignore[attr-defined]
        self.proposal: Proposal | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        upload = values.get("file")
        if upload is None or self.errors:
            return values
        if upload.size > FILE_LIMIT:
            limit = FILE_LIMIT // 1_000_000
            self.add_error("file", _("The file is larger than %(n)d MB.") % {"n": limit})
            return values
        data = upload.read()
        values["format"] = values.get("format") or guess(data, upload.name)
        if not values["format"]:
            self.add_error("format", _("The file does not show its format. Choose it here."))
            return values
        try:
            self.proposal = read_file(data, values["format"])
        except DocumentRefused as refused:
            self.add_error("file", refusal(refused))
        return values


class FrontForm(forms.Form):
    """What is known of the document; what is not stays empty."""

    use_required_attribute = False
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    authors = forms.CharField(label=gettext_lazy("Authors"), max_length=300, required=False)
    publisher = forms.CharField(label=gettext_lazy("Publisher"), max_length=200, required=False)
    date = forms.CharField(label=gettext_lazy("Date"), max_length=40, required=False)
    url = forms.CharField(label=gettext_lazy("Address"), max_length=500, required=False)
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=100, required=False)
    language = forms.RegexField(
        label=gettext_lazy("Language"),
        regex=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
        max_length=12,
        initial="en",
        help_text=gettext_lazy("As in en or pt-BR."),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=Audience,
        help_text=gettext_lazy("Do not make public what you have no right to publish."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_url(self) -> str:
        value: str = self.cleaned_data["url"]
        if value and not value.startswith(("https://", "http://")):
            raise ValidationError(_("An address begins with https:// or http://."))
        return value

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, value in values.items():
            try:
                values[name] = " ".join(markup.clean(value).split())
            except ValidationError as error:
                self.add_error(name, error)
        return values
