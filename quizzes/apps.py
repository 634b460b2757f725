from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "Passage"

    def ready(self) -> None:
        from accounts import hooks as accounts_hooks
        from quizzes import checks  # noqa: F401  registers the system checks
        from quizzes.attempts import hooks as attempt_hooks
        from quizzes.attempts.taking.terms import terms_changed
        from quizzes.bank.anchor_owner import question_anchors
        from quizzes.cards.anchor_owner import card_anchors
        from quizzes.concordance.anchor_owner import claim_anchors
        from quizzes.insight import recording
        from quizzes.material import hooks as material_hooks

        for anchor_owner in (question_anchors, card_anchors, claim_anchors):
            material_hooks.on_edition(anchor_owner)
        accounts_hooks.on_terms_changed(terms_changed)
        attempt_hooks.on_outcome(recording.on_outcome)
        attempt_hooks.on_regraded(recording.on_regraded)
