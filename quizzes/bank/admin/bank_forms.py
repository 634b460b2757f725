"""The form of a bank and its rows: topics in their order, names of tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from quizzes.bank.admin.forms import area
from quizzes.bank.admin.rows import by_place, name_by_row
from quizzes.bank.banks import DESCRIPTION_LIMIT, TOPICS_LIMIT, TopicValues
from quizzes.bank.models import QuestionBank, Tag, Topic, Use
from quizzes.bank.validation import TAG_LENGTH
from quizzes.material.admin.people import PeopleField
from quizzes.material.admin.service_admin import ServiceForm, ServiceFormSet

TAGS_SHOWN = 100


class BankForm(ServiceForm):
    places = {"people": "editors"}
    description = forms.CharField(
        label=_("Description"), required=False, max_length=DESCRIPTION_LIMIT, widget=area(3)
    )
    use = forms.ChoiceField(
        label=_("Its questions are for"),
        choices=Use,
        initial=Use.BOTH,
        help_text=_(
            "Questions kept for exams appear nowhere until the last quiz using them has closed. "
            "“Practice and exams” promises no such secrecy."
        ),
    )
    owners = PeopleField(
        suggest_at="admin:quizzes_questionbank_people",
        label=_("Owners"),
        help_text=_("May share, rename and set its use. One username or e-mail per line."),
    )
    editors = PeopleField(
        suggest_at="admin:quizzes_questionbank_people",
        label=_("Editors"),
        help_text=_("May write and change questions. One username or e-mail per line."),
    )

    class Meta:
        model = QuestionBank
        fields = ("title", "slug", "description", "use", "licence", "owners", "editors")
        labels = {"slug": _("Name in addresses and files")}
        help_texts = {
            "slug": _("Lower-case words joined by hyphens. It cannot be changed later."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("owners", [self.by])
        for name in {"owners", "editors"} & self.fields.keys():
            if self.instance.pk is not None:
                self.initial[name] = list(getattr(self.instance, name).order_by("login"))


class TopicForm(forms.ModelForm):
    """A topic. Its slug stays: another would be another topic, and questions would lose theirs."""

    position = forms.IntegerField(
        label=_("Order"), required=False, min_value=0, max_value=TOPICS_LIMIT * 10
    )
    slug = forms.SlugField(label=_("Name"), required=False, max_length=80)
    parent = forms.SlugField(
        label=_("Parent topic"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "topic-names", "autocomplete": "off"}),
    )

    class Meta:
        model = Topic
        fields = ("position", "title", "slug", "parent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        if topic.pk is None:
            self.initial["position"] = None
        else:
            self.fields["slug"].disabled = True
            self.initial["parent"] = topic.parent.slug if topic.parent else ""

    def _post_clean(self) -> None:
        """Leave the row alone: the service of all of them writes it."""

    def values(self) -> TopicValues:
        said = self.cleaned_data
        return TopicValues(
            slug=said.get("slug") or slugify(said["title"])[:80],
            title=said["title"],
            parent=said.get("parent", ""),
        )


class TopicRows(ServiceFormSet):
    place = "topics"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name_by_row(form, index)

    def filled(self) -> list[Any]:
        return by_place(super().filled())

    def values(self) -> list[TopicValues]:
        """Return the topics in their order; those that somebody added meanwhile stay, last."""
        shown = {form.instance.pk for form in self.initial_forms}
        others = self.instance.topics.exclude(pk__in=shown) if self.instance.pk else ()
        return [form.values() for form in self.filled()] + [
            TopicValues(one.slug, one.title, one.parent.slug if one.parent else "")
            for one in others
        ]


class TagForm(forms.ModelForm):
    name = forms.CharField(label=_("Name"), max_length=TAG_LENGTH)

    class Meta:
        model = Tag
        fields = ("name",)

    def _post_clean(self) -> None:
        """Leave the row alone: a name that is taken joins two tags, which the service does."""


class TagRows(ServiceFormSet):
    """The tags of a bank with how many questions carry each, the first in the alphabet."""

    place = "tags"

    def get_queryset(self) -> QuerySet[Tag]:
        if not hasattr(self, "_queryset"):
            found = super().get_queryset().annotate(n=Count("questions")).order_by("name")
            self._queryset = found if self.is_bound else found[:TAGS_SHOWN]
        return self._queryset

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name_by_row(form, index)

    def clean(self) -> None:
        """Find the rows that were refused: the service names tags by id, not by place."""
        place_of = {
            f"tags.{form.instance.pk}": f"tags.{place}.name"
            for place, form in enumerate(self.filled())
        }
        self.refusal = {place_of.get(key, key): said for key, said in self.refusal.items()}
        super().clean()

    def names(self) -> dict[int, str]:
        """Return what each tag is to be called by its id, "" for one to be removed."""
        gone = {form.instance.pk for form in self.deleted_forms}
        return {
            form.instance.pk: "" if form.instance.pk in gone else form.cleaned_data["name"]
            for form in self.initial_forms
            if form.instance.pk
        }
