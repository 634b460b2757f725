"""How often one user, one address, one attempt may call. Counted per process, without a query.

A budget refills steadily and may be saved up, so that a burst passes and a flood does not. Signing
in is held apart, by the counters of accounts, which all processes share. So are changes of answers,
by the rows they leave: these are counted only for who has used up this process's share.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

KEPT = 20_000  # keys a budget remembers; the one unused longest goes first, and it is full again


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Budget:
    """`rate` calls a second in the long run, `burst` at once, for every key."""

    def __init__(self, *, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, *, cost: int = 1, at: float | None = None) -> int:
        """Spend `cost`; return 0, or the seconds to wait when there is not enough left.

        Args:
            at: seconds of a clock that never goes back; now by default.
        """
        at = time.monotonic() if at is None else at
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(self.burst, at)
            level = min(self.burst, bucket.level + (at - bucket.at) * self.rate)
            missing = min(cost, self.burst) - level
            self._buckets[key] = _Bucket(level if missing > 0 else level - cost, at)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return math.ceil(missing / self.rate) if missing > 0 else 0

    def forget(self) -> None:
        """Begin anew: for tests, whose databases number their users anew."""
        with self._lock:
            self._buckets.clear()


# A whole class may sit behind one address, so only calls without a valid identity count there.
ADDRESSES = Budget(rate=10, burst=600)
USERS = Budget(rate=20, burst=400)
# Changes of answers, by (user, attempt): those that change nothing leave no row.
SAVES = Budget(rate=5, burst=100)
SHARE_OF_SAVES = Budget(
    rate=5 / settings.WEB_CONCURRENCY, burst=max(1, 100 // settings.WEB_CONCURRENCY)
)


def forget() -> None:
    """Begin every count anew: for tests."""
    for budget in (ADDRESSES, USERS, SAVES, SHARE_OF_SAVES):
        budget.forget()


def wait_of_address(request: HttpRequest | Request) -> int:
    """Count a call by nobody in particular; return the seconds its address must wait."""
    return ADDRESSES.take(request.META.get("REMOTE_ADDR", ""))


class CallBudget(BaseThrottle):
    """Holds each user, and each address that calls without being anyone."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        user = request.user
        self._wait = (
            USERS.take(user.pk)
            if user is not None and user.is_authenticated
            else wait_of_address(request)
        )
        return self._wait == 0

    def wait(self) -> float:
        return self._wait
