"""Where admins manage people. Educators hold no permission on anything in this file."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.account.decorators import reauthentication_required, secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django_tasks_db.models import DBTaskResult
from knox.models import AuthToken

from accounts import services, tasks
from accounts.admin_errors import problems
from accounts.admin_filters import ActivityFilter, RoleFilter
from accounts.admin_forms import InviteForm, UserForm
from accounts.models import Accommodation, User
from accounts.queries import user_of
from accounts.rules import ROLES, STUDENT

# One door: signing in to the admin site is signing in to the site.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Roles are fixed in code, and the rest shows secrets or can undo what the services guard.
HIDDEN = (Group, EmailAddress, Authenticator, UserSession, AuthToken, DBTaskResult)
for hidden in HIDDEN:
    import_module(hidden.__module__.replace(".models", ".admin"))
    admin.site.unregister(hidden)

ID_DIGITS = 18

confirmed = method_decorator(
    reauthentication_required(
        app="allauth.account", allow_get=True, enabled=lambda _: settings.SECOND_FACTOR_FOR_STAFF
    )
)


class AccommodationInline(admin.StackedInline):
    model = Accommodation
    template = "admin/accounts/accommodation.html"
    fields = ("time_factor", "extra_attempts", "reason")
    can_delete = True
    verbose_name_plural = gettext_lazy("accommodation: seen by the student and the staff only")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """One row, whatever a form claims: Django would draw a thousand."""
        return super().get_formset(request, obj, absolute_max=1, **kwargs)


class ForAdmins(admin.ModelAdmin):
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Ask for the right first: Django looks the object up first, which tells what exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Refuse chosen rows that are no numbers; Django would ask the database for them."""
        for one in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if not (one.isascii() and one.isdigit() and len(one) <= ID_DIGITS):
                raise BadRequest
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))


@admin.register(User)
class UserAdmin(ForAdmins):
    form = UserForm
    change_form_template = "admin/accounts/user.html"
    inlines = (AccommodationInline,)
    list_display = ("login", "name", "email", "held_roles", "is_active", "last_day")
    list_filter = (RoleFilter, ActivityFilter)
    search_fields = ("login", "email", "name")
    ordering = ("login",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    actions = ("enable", "disable", "send_reset_link", "remove_second_factor")
    readonly_fields = ("is_active", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("login", "name", "email", "roles")}),
        (gettext_lazy("Study"), {"fields": ("time_zone", "day_starts_at")}),
        (
            gettext_lazy("Activity"),
            {
                "fields": ("is_active", "last_login", "date_joined"),
                "description": gettext_lazy(
                    "Enable, disable, send a reset link or remove a lost second factor with the "
                    "actions of the list."
                ),
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("login", "name", "email", "roles"),
                "description": gettext_lazy(
                    "No password is set here. Where there is an e-mail, a link to choose one is "
                    "sent; otherwise the link is shown to you once, to pass on."
                ),
            },
        ),
    )

    @admin.display(description=gettext_lazy("roles"))
    def held_roles(self, user: User) -> str:
        held = {group.name for group in user.groups.all()} or {STUDENT}
        return ", ".join(role for role in ROLES if role in held)

    @admin.display(description=gettext_lazy("signed in"), ordering="last_login", empty_value="–")
    def last_day(self, user: User) -> str | None:
        return date_format(user.last_login, "SHORT_DATE_FORMAT") if user.last_login else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        groups = Prefetch("groups", queryset=Group.objects.only("name"))
        return super().get_queryset(request).prefetch_related(groups)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody may find out a hash by asking for users whose hash begins with a letter."""
        if lookup.startswith(("password", "session_salt")):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        kwargs["form"] = UserForm if obj else InviteForm
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Name the person, and what is wrong; Django says “Change user”, and “the error below”."""
        person = context["original"]
        formsets = [one.formset for one in context["inline_admin_formsets"]]
        own = {
            "title": str(person) if person else _("Add a user"),
            "subtitle": None,
            "problems": list(problems(context["adminform"].form, formsets)),
            "errors": [],
        }
        return super().render_change_form(request, context | own, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        roles = form.cleaned_data["roles"]
        if change:
            services.change_identity(user=obj, by=user_of(request))
            services.set_roles(user=obj, roles=roles, by=user_of(request))
            return
        services.invite(user=obj, roles=roles, by=user_of(request))
        if obj.email is None:
            self._show_link(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store what is granted; the only inline form there is."""
        services.change_accommodation(
            user=form.instance,
            write=lambda: super(UserAdmin, self).save_formset(request, form, formset, change),
            by=user_of(request),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are disabled, never deleted: their answers decided grades."""
        return False

    @confirmed
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @confirmed
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changelist_view(request, *args, **kwargs)

    @admin.action(description=gettext_lazy("Enable the chosen users"), permissions=["change"])
    def enable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each(
            request,
            users,
            lambda u: services.set_active(user=u, active=True, by=user_of(request)),
            ngettext_lazy("%(n)d user enabled.", "%(n)d users enabled.", "n"),
        )

    @admin.action(
        description=gettext_lazy("Disable the chosen users (ends their sessions)"),
        permissions=["change"],
    )
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each(
            request,
            users,
            lambda u: services.set_active(user=u, active=False, by=user_of(request)),
            ngettext_lazy(
                "%(n)d user disabled and signed out.", "%(n)d users disabled and signed out.", "n"
            ),
        )

    @admin.action(
        description=gettext_lazy("Send a link to choose a new password"), permissions=["change"]
    )
    def send_reset_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        def send(user: User) -> None:
            if user.email is None and user.is_active:
                self._show_link(request, user)
            else:
                services.send_link(user=user, by=user_of(request))

        self._each(
            request,
            users,
            send,
            ngettext_lazy("A link for %(n)d user.", "Links for %(n)d users.", "n"),
        )

    @admin.action(
        description=gettext_lazy("Remove a lost second factor (ends their sessions)"),
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each(
            request,
            users,
            lambda u: services.remove_second_factor(user=u, by=user_of(request)),
            ngettext_lazy(
                "The second factor of %(n)d user removed.",
                "The second factors of %(n)d users removed.",
                "n",
            ),
        )

    def _show_link(self, request: HttpRequest, user: User) -> None:
        text = _(
            "“%(user)s” has no e-mail. Pass on this link; it works once, for one day: %(link)s"
        )
        messages.warning(request, text % {"user": user.login, "link": tasks.link_for(user)})

    def _each(self, request: HttpRequest, users: QuerySet[User], act: Any, said: Any) -> None:
        """Act on each user and say so; one who cannot be acted on does not hold up the others."""
        done = 0
        for user in users:
            try:
                act(user)
                done += 1
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        if done:
            messages.success(request, said % {"n": done})


@admin.register(LogEntry)
class AuditAdmin(ForAdmins):
    """Who changed what in the admin site. Nobody edits it."""

    list_display = ("action_time", "user", "content_type", "object_repr", "__str__")
    list_filter = ("action_time", "action_flag")
    search_fields = ("object_repr", "change_message", "user__login")
    list_select_related = ("user", "content_type")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
