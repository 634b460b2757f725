from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "Passage"

    def ready(self) -> None:
        from quizzes import checks  # noqa: F401  registers the system checks
        from quizzes.bank.anchors import question_anchors
        from quizzes.material import hooks as material_hooks

        material_hooks.on_edition(question_anchors)
