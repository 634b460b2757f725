"""Who sees which class, and who is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import User
from quizzes.classes.models import Class, Membership, Role
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(cora: User, ada: User, ben: User) -> Class:
    found = Class.objects.create(name="Psychiatry", term="Autumn", created_at=NOON)
    for user, role in ((cora, Role.TEACHER), (ada, Role.STUDENT), (ben, Role.STUDENT)):
        found.memberships.create(user=user, role=role, joined_at=NOON)
    return found


@pytest.fixture
def second(dana: User) -> Class:
    found = Class.objects.create(name="Anaesthesia", created_at=NOON)
    found.memberships.create(user=dana, role=Role.TEACHER, joined_at=NOON)
    return found


def test_people_see_the_classes_they_are_in(
    first: Class, second: Class, ada: User, cora: User, dana: User, root: User
) -> None:
    expected = {cora: {first}, ada: {first}, dana: {second}, root: {first, second}}
    for user, classes in expected.items():
        assert set(Class.objects.visible_to(user)) == classes
    assert not Class.objects.visible_to(AnonymousUser()).exists()
    assert set(Class.objects.taught_by(cora)) == {first}
    assert not Class.objects.taught_by(ada).exists()


def test_a_student_sees_no_other_student(
    first: Class, second: Class, ada: User, cora: User, dana: User
) -> None:
    assert [one.user for one in Membership.objects.visible_to(ada)] == [ada]
    assert Membership.objects.visible_to(cora).count() == 3
    assert [one.user for one in Membership.objects.visible_to(dana)] == [dana]
    assert not Membership.objects.visible_to(AnonymousUser()).exists()


def test_who_has_left_sees_the_class_no_more(first: Class, ada: User, cora: User) -> None:
    first.memberships.filter(user__in=[ada, cora]).update(left_at=NOON + timedelta(days=1))
    for user in (ada, cora):
        assert not Class.objects.visible_to(user).exists()
    assert Membership.objects.visible_to(cora).count() == 1


def test_an_archived_class_is_still_seen_but_is_not_current(first: Class, ada: User) -> None:
    Class.objects.update(archived_at=NOON)
    assert Class.objects.visible_to(ada).exists()
    assert not Class.objects.visible_to(ada).current().exists()


def test_nobody_is_twice_in_a_class_or_leaves_before_joining(first: Class, ada: User) -> None:
    for change in (
        {"user": ada, "joined_at": NOON},
        {
            "user": User.objects.create_user("eve"),
            "joined_at": NOON,
            "left_at": NOON - timedelta(1),
        },
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            first.memberships.create(**change)


def test_a_code_to_join_is_one_classs_own(first: Class, second: Class) -> None:
    Class.objects.filter(pk=first.pk).update(join_code="abc-123")
    for code in ("abc-123", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Class.objects.filter(pk=second.pk).update(join_code=code)
