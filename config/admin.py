"""The admin site with our own front page and without the addresses that tell too much."""

from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    default = False
    default_site = "quizzes.admin_site.AuthoringSite"
