"""Fragments that hold words alone: rendered once a language, then kept by the process."""

from __future__ import annotations

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def cached_include(template_name: str) -> SafeString:
    """Include a fragment that depends on nothing but the language.

    Looking up some eighty words for every page would cost more than the page's questions.
    """
    return _rendered(template_name, get_language() or "")


@cache
def _rendered(template_name: str, language: str) -> SafeString:
    return mark_safe(render_to_string(template_name).strip())
