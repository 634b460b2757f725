import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0009_pictures_and_sounds")]

    operations = [
        migrations.RenameField("quiz", "beside", "reader_source"),
        migrations.AlterField(
            "quiz",
            "reader_source",
            models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reader_quiz",
                to="quizzes.source",
                verbose_name="text of the reader",
            ),
        ),
        migrations.RemoveConstraint("anchorreview", "one_review_an_anchor"),
        migrations.RemoveIndex("statementchange", "changes_of_an_item"),
        migrations.RenameField("anchorreview", "holder", "anchor_owner"),
        migrations.RenameField("statementchange", "holder", "anchor_owner"),
        migrations.AddConstraint(
            "anchorreview",
            models.UniqueConstraint(
                fields=["edition", "anchor_owner", "anchor"], name="one_review_an_anchor"
            ),
        ),
        migrations.AddIndex(
            "statementchange",
            models.Index(fields=["anchor_owner", "item"], name="changes_of_an_item"),
        ),
    ]
