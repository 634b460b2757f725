"""“Feedback on the whole” could be ticked, but no quiz could have any."""

from django.db import migrations

GONE = 'overall_feedback'


def forget(apps, schema_editor):
    Quiz = apps.get_model('quizzes', 'Quiz')
    for quiz in Quiz.objects.only('review').iterator():
        kept = {moment: [one for one in items if one != GONE] for moment, items in quiz.review.items()}
        if kept != quiz.review:
            Quiz.objects.filter(pk=quiz.pk).update(review=kept)


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0026_words_of_fields'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
