"""The forms of a page as a browser would send them: every field with the value it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client


@dataclass
class Control:
    """What a name of a form stands for.

    Attributes:
        kind: the type of an input, or select, textarea or submit.
        offered: the values that a select, radio or checkbox has to choose from.
        limit: the most characters a text field takes.
    """

    kind: str
    offered: set[str] = field(default_factory=set)
    limit: int | None = None

    @property
    def is_choice(self) -> bool:
        return self.kind in ("select", "radio", "checkbox")


@dataclass
class Form:
    """A form as it is sent to `path`.

    Attributes:
        fields: names and values in order, as they would be sent.
        controls: every name in it, boxes that are not ticked included, and what it is.
        buttons: those that send it, by name, with their value.
    """

    path: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)

    def data(self, **values: str) -> dict[str, Any]:
        """Return the form's data with `values` in place of what it shows."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {**found, **values}

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for name, _value in self.fields))


def forms_at(client: Client, path: str) -> list[Form]:
    """Return the POST forms of a page, fields outside that name their form included."""
    reply = client.get(path, follow=True)
    assert reply.status_code == 200, (path, reply.status_code)
    reader = _Reader(urljoin(path, reply.request["PATH_INFO"]))
    reader.feed(reply.content.decode())
    return [form for form in reader.forms if form.method == "post"]


def form_at(client: Client, path: str, *, sent_to: str = "") -> Form:
    """Return the page's form with most fields, or the one that is sent to an address."""
    found = [form for form in forms_at(client, path) if form.path == (sent_to or form.path)]
    return max(found, key=lambda form: len(form.fields))


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.text: list[str] | None = None
        self.select = ""
        self.options: list[tuple[str, bool]] = []
        self.several = False
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            path = urljoin(self.page, given.get("action", "")).split("#")[0]
            self.inside = Form(path, given.get("method", "get").lower())
            self.forms.append(self.inside)
        elif tag == "textarea" and "name" in given:
            self.area, self.text = given["name"], []
            self._note(self.area, "textarea", given)
        elif tag == "select" and "name" in given:
            self.select, self.options, self.several = given["name"], [], "multiple" in given
            self._note(self.select, "select", given)
        elif tag == "option" and self.select:
            self.options.append((given.get("value", ""), "selected" in given))
            if self.inside is not None:
                self.inside.controls[self.select].offered.add(given.get("value", ""))
        elif tag in ("input", "button") and given.get("name"):
            self._control(tag, given, "checked" in given)

    def _control(self, tag: str, given: dict[str, str], checked: bool) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        if self.inside is None:
            return
        self._note(given["name"], kind, given)
        if kind in ("submit", "image"):
            self.inside.buttons[given["name"]] = given.get("value", "")
        elif kind not in ("checkbox", "radio") or checked:
            self._add(given["name"], given.get("value", ""))

    def _note(self, name: str, kind: str, given: dict[str, str]) -> None:
        if self.inside is None:
            return
        control = self.inside.controls.setdefault(name, Control(kind))
        if kind in ("radio", "checkbox"):
            control.offered.add(given.get("value", "on"))
        if given.get("maxlength", "").isdigit():
            control.limit = int(given["maxlength"])

    def _add(self, name: str, value: str) -> None:
        if self.inside is not None:
            self.inside.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            if not chosen and not self.several:
                chosen = [value for value, _selected in self.options[:1]]
            for value in chosen:
                self._add(self.select, value)
            self.select = ""
        elif tag == "textarea" and self.text is not None:
            self._add(self.area, "".join(self.text).removeprefix("\n"))
            self.text = None
