"""A person in front of the pages, without a browser: links are followed and forms are sent as the page offers them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from accounts.models import User

VOID_INPUTS = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)  # what would be sent if nothing was touched
    offered: dict[str, set[str]] = field(default_factory=dict)  # by name, the values of its boxes and options
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # words, name, value


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select = self._textarea = self._button = ""
        self._text = ""
        self._button_value = ""
        self._is_multiple = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        form = self.by_id.setdefault(given["form"], Form()) if "form" in given else self._form
        if form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select":
            self._select, self._is_multiple = name, "multiple" in given
        elif tag == "option" and self._select:
            value = given.get("value", "")
            is_first = self._select not in form.offered
            form.offered.setdefault(self._select, set()).add(value)
            if "selected" in given or (is_first and not self._is_multiple):
                # A list shows its first line until another is chosen.
                form.fields = [row for row in form.fields if row[0] != self._select or self._is_multiple]
                form.fields.append((self._select, value))
        elif tag == "textarea":
            self._textarea, self._text = name, ""
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button, self._button_value, self._text = name or "-", given.get("value", ""), ""

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"radio", "checkbox"}:
            form.offered.setdefault(name, set()).add(given.get("value", "on"))
            if "checked" not in given:
                return
        if kind not in VOID_INPUTS:
            form.fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "textarea" and self._textarea:
            self._form.fields.append((self._textarea, self._text.strip("\n")))
            self._textarea = ""
        elif tag == "button" and self._button:
            name = "" if self._button == "-" else self._button
            self._form.buttons.append((" ".join(self._text.split()), name, self._button_value))
            self._button = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None


class Browser:
    def __init__(self, user: User | None = None) -> None:
        self.client = Client(headers={"host": "testserver"})
        if user:
            self.client.force_login(user)
        self.response: HttpResponse | None = None
        self.path = ""

    def visit(self, path: str) -> "Browser":
        return self._arrive(self.client.get(path, follow=True), path)

    def press(self, words: str, /, *, within: str = "", **values: object) -> "Browser":
        """Fill the form that has this button (its address containing `within`) and press it.

        A value that its boxes or lists do not offer is an error: a person could not have chosen it.
        """
        form, name, value = self._find(words, within)
        changed = {key: item if isinstance(item, list) else [item] for key, item in values.items()}
        for key, items in changed.items():
            offered = form.offered.get(key)
            strangers = {str(item) for item in items} - offered if offered is not None else set()
            assert not strangers, f"{key} does not offer {strangers}, but {offered}"
        sent = [(key, item) for key, item in form.fields if key not in changed]
        sent += [(key, str(item)) for key, items in changed.items() for item in items]
        if name:
            sent.append((name, value))
        path = form.action or self.path
        body, kind = urlencode(sent), "application/x-www-form-urlencoded"
        if form.method == "get":
            return self.visit(f"{path.split('?')[0]}?{body}")
        return self._arrive(self.client.post(path, body, content_type=kind, follow=True), path)

    def reads(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        assert self.response is not None
        return self.response.content.decode()

    def _find(self, words: str, within: str) -> tuple[Form, str, str]:
        parser = _Forms()
        parser.feed(self.text)
        for form in parser.forms:
            for label, name, value in form.buttons:
                if words in label and within in form.action:
                    return form, name, value
        labels = [label for form in parser.forms for label, _, _ in form.buttons]
        raise AssertionError(f"no button says {words!r} at {self.path}; there are {labels}")

    def _arrive(self, response: HttpResponse, path: str) -> "Browser":
        redirects = getattr(response, "redirect_chain", [])
        self.response, self.path = response, redirects[-1][0] if redirects else path
        assert response.status_code == 200, f"{self.path} answered {response.status_code}: {self._complaints()}"
        return self

    def _complaints(self) -> list[str]:
        """What the page says beside its fields and in its notices."""
        found = re.findall(
            r'class="(?:invalid-feedback|notice-text|text-danger)[^"]*"[^>]*>(.*?)</(?:span|div|p)>', self.text, re.S
        )
        return [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for words in found]
