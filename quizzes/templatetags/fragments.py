"""Jinja fragments inside of pages in Django's language: `{% fragment "name.jinja" r=r %}`."""

from django import template

from quizzes.question_types.rendering import fragment

register = template.Library()
register.simple_tag(fragment, name="fragment")
