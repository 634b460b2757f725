"""Who may do what, and who may give that right."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts import services
from accounts.models import User


def test_a_new_user_is_a_student_without_rights(ada: User) -> None:
    assert ada.roles == ("student",)
    assert not ada.get_all_permissions()
    assert not ada.is_staff


def test_an_educator_writes_but_manages_nobody(cora: User) -> None:
    assert cora.is_educator
    assert not cora.is_admin
    for permission in ("quizzes.add_question", "quizzes.change_quiz", "quizzes.view_source"):
        assert cora.has_perm(permission)
    apps = {permission.partition(".")[0] for permission in cora.get_all_permissions()}
    assert apps == {"quizzes"}
    for model in ("attempt", "save", "response", "grade"):
        assert not any(p.endswith(f"_{model}") for p in cora.get_all_permissions())


def test_an_admin_may_do_all_without_being_a_superuser(root: User) -> None:
    assert root.is_admin
    assert not root.is_superuser
    assert root.has_perms(["accounts.change_user", "quizzes.add_question", "admin.view_logentry"])


def test_a_disabled_admin_may_do_nothing(root: User) -> None:
    root.is_active = False
    assert not root.is_admin
    assert not root.has_perm("accounts.change_user")


def test_it_gives_and_takes_roles_and_keeps_record(ada: User, root: User) -> None:
    services.set_roles(user=ada, roles=["educator", "student"], by=root)
    ada = User.objects.get(pk=ada.pk)
    assert (ada.is_staff, ada.roles) == (True, ("student", "educator"))
    services.set_roles(user=ada, roles=["student"], by=root)
    ada = User.objects.get(pk=ada.pk)
    assert (ada.is_staff, ada.roles) == (False, ("student",))
    entry = LogEntry.objects.first()
    assert entry
    assert (entry.user, entry.object_id) == (root, str(ada.pk))
    assert "educator, student → student" in entry.change_message


@pytest.mark.parametrize("roles", [[], ["owner"], ["student", "superuser"]])
def test_it_refuses_roles_that_do_not_exist(ada: User, root: User, roles: list[str]) -> None:
    with pytest.raises(ValidationError):
        services.set_roles(user=ada, roles=roles, by=root)


def test_nobody_but_an_admin_changes_people(ada: User, ben: User, cora: User) -> None:
    for by in (ada, cora):
        for user in (ben, by):
            with pytest.raises(PermissionDenied):
                services.set_roles(user=user, roles=["admin"], by=by)
            with pytest.raises(PermissionDenied):
                services.set_active(user=user, active=False, by=by)
            with pytest.raises(PermissionDenied):
                services.send_link(user=user, by=by)
            with pytest.raises(PermissionDenied):
                services.remove_second_factor(user=user, by=by)
            with pytest.raises(PermissionDenied):
                services.invite(user=User(login="new"), roles=["admin"], by=by)
    assert not User.objects.filter(groups__name="admin").exists()


def test_the_last_active_admin_stays(root: User, ada: User) -> None:
    with pytest.raises(ValidationError, match="last active admin"):
        services.set_roles(user=root, roles=["student"], by=root)
    with pytest.raises(ValidationError, match="last active admin"):
        services.set_active(user=root, active=False, by=root)
    services.set_roles(user=ada, roles=["admin"], by=root)
    services.set_active(user=ada, active=False, by=root)
    with pytest.raises(ValidationError, match="last active admin"):
        services.set_active(user=root, active=False, by=root)


def test_an_admin_may_leave_when_another_stays(root: User, ada: User) -> None:
    services.set_roles(user=ada, roles=["admin"], by=root)
    services.set_roles(user=root, roles=["student"], by=User.objects.get(pk=ada.pk))
    assert not User.objects.get(pk=root.pk).is_admin


def test_the_command_line_makes_the_first_admin(db: None) -> None:
    call_command("createsuperuser", interactive=False, login="Boss", email="b@example.org")
    boss = User.objects.get(login="boss")
    assert (boss.is_admin, boss.is_staff) == (True, True)


def test_a_demoted_superuser_keeps_nothing(root: User) -> None:
    boss = User.objects.create_superuser("boss", "boss@example.org", "a long password")
    services.set_roles(user=boss, roles=["student"], by=root)
    boss = User.objects.get(pk=boss.pk)
    assert not (boss.is_superuser)
    assert not (boss.is_staff)
    assert not (boss.get_all_permissions())


def test_a_students_roles_cost_no_query(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert not (ada.is_admin)
        assert not (ada.is_educator)
        assert not (ada.has_perm("quizzes.add_question"))
