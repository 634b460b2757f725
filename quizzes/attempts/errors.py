"""Why an attempt cannot be started, changed or submitted."""

from __future__ import annotations

from datetime import datetime


class NotOpen(Exception):
    """The quiz is not open now for this student."""

    def __init__(self, opens_at: datetime | None, closes_at: datetime | None) -> None:
        super().__init__("not open")
        self.opens_at = opens_at
        self.closes_at = closes_at


class NoAttemptsLeft(Exception):
    """The student has used every attempt allowed."""


class NotEnoughQuestions(Exception):
    """The quiz has no questions, or a draw finds too few that are ready."""


class OnlyEmbargoedQuestions(NotEnoughQuestions):
    """Every question of the quiz is being asked in another of the student's attempts."""


class AskedElsewhere(Exception):
    """Another of the student's attempts asks the question and does not show its result yet."""


class AttemptClosed(Exception):
    """The attempt, or this question of it, accepts no more answers."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class TooManySaves(Exception):
    """More changes in a short time than a person can make; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait
