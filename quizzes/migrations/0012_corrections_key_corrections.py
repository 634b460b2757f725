import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what a correction of a key needs; what grades held moves in the two steps after this."""

    dependencies = [
        ("quizzes", "0011_disclosure_terms_of_attempts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("change_key", "the key was wrong"), ("accept_also", "another answer is right, too"), ("full_marks", "full marks for everybody"), ("drop", "the question does not count"), ("withdraw", "the last correction is withdrawn")], max_length=12, verbose_name="kind")),
                ("payload", models.JSONField(default=dict, verbose_name="what is right")),
                ("why", models.CharField(max_length=300, verbose_name="why")),
                ("at", models.DateTimeField(verbose_name="corrected")),
                ("regraded_to", models.PositiveBigIntegerField(default=0, editable=False)),
                ("regraded_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="regraded")),
                ("base", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="quizzes.keycorrection")),
                ("by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
                ("quiz", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quizzes.quiz")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="quizzes.questionversion")),
            ],
            options={"verbose_name": "correction of a key", "verbose_name_plural": "corrections of keys", "ordering": ["version", "pk"]},
        ),
        migrations.AddIndex(
            model_name="keycorrection",
            index=models.Index(condition=models.Q(("regraded_at__isnull", True)), fields=["id"], name="correction_to_be_regraded"),
        ),
        migrations.AddConstraint(
            model_name="keycorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["full_marks", "drop"]), ("quiz__isnull", False)),
                    ("kind", "withdraw"),
                    models.Q(("quiz__isnull", True), models.Q(("kind__in", ["full_marks", "drop", "withdraw"]), _negated=True)),
                    _connector="OR",
                ),
                name="correction_of_marks_names_its_quiz",
            ),
        ),
        migrations.AddField(
            model_name="questionversion",
            name="correction",
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="quizzes.keycorrection"),
        ),
        migrations.AddField(
            model_name="attemptquestion",
            name="dropped",
            field=models.BooleanField(db_default=False, default=False, verbose_name="does not count"),
        ),
        migrations.AddField(
            model_name="grade",
            name="raw_fraction",
            field=models.DecimalField(decimal_places=7, max_digits=8, null=True, verbose_name="raw fraction"),
        ),
        migrations.AddField(
            model_name="grade",
            name="ruleset",
            field=models.CharField(choices=[("legacy", "before rules had names"), ("1", "first rules"), ("hand", "by a person")], default="legacy", max_length=12, verbose_name="rules"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="grade",
            name="correction",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="grades", to="quizzes.keycorrection"),
        ),
        migrations.AddConstraint(
            model_name="grade",
            constraint=models.UniqueConstraint(condition=models.Q(("correction__isnull", False)), fields=("response", "correction"), name="graded_once_a_correction"),
        ),
        migrations.RenameModel(old_name="ResponsePart", new_name="GradePart"),
        migrations.AddField(
            model_name="gradepart",
            name="grade",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="quizzes.grade"),
        ),
        migrations.CreateModel(
            name="MarkChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old_mark", models.DecimalField(decimal_places=5, max_digits=10, null=True, verbose_name="mark before")),
                ("new_mark", models.DecimalField(decimal_places=5, max_digits=10, null=True, verbose_name="mark after")),
                ("old_percent", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("new_percent", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")),
                ("correction", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mark_changes", to="quizzes.keycorrection")),
                ("question", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mark_changes", to="quizzes.attemptquestion")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mark_changes", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "change of a mark",
                "verbose_name_plural": "changes of marks",
                "ordering": ["pk"],
                "indexes": [models.Index(condition=models.Q(("seen_at__isnull", True)), fields=["user"], name="mark_change_not_seen")],
                "constraints": [models.UniqueConstraint(fields=("question", "correction"), name="mark_changes_once_a_correction")],
            },
        ),
    ]
