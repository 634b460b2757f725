"""Records of students' answers. What was released before waits in the inbox until it is folded."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


ALL_OUTCOMES = """
INSERT INTO quizzes_incominganswer (user_id, response_id)
SELECT attempt.user_id, response.id
FROM quizzes_response response
JOIN quizzes_attemptquestion question ON question.id = response.question_id
JOIN quizzes_attempt attempt ON attempt.id = question.attempt_id
WHERE response.outcome_sent_at IS NOT NULL
ORDER BY attempt.user_id, response.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ("quizzes", "0015_events_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.BigIntegerField(default=-1)),
                ('texts', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'counts of a bank',
                'verbose_name_plural': 'counts of banks',
            },
        ),
        migrations.CreateModel(
            name='IncomingAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'answer to be recorded',
                'verbose_name_plural': 'answers to be recorded',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='QuestionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_at', models.DateTimeField(null=True)),
                ('first_fraction', models.DecimalField(decimal_places=7, max_digits=8, null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_fraction', models.DecimalField(decimal_places=7, max_digits=8, null=True)),
                ('last_confidence', models.PositiveSmallIntegerField(null=True)),
                ('last_blank', models.BooleanField(default=False)),
                ('flagged', models.BooleanField(default=False, verbose_name='flagged')),
                ('note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'record of a question',
                'verbose_name_plural': 'records of questions',
                'ordering': ['user', 'question'],
            },
        ),
        migrations.CreateModel(
            name='StudentCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.BigIntegerField(default=-1)),
                ('texts', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'counts of a student',
                'verbose_name_plural': 'counts of students',
            },
        ),
        migrations.AddField(
            model_name='questionbank',
            name='changes',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='bankcounts',
            name='bank',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='quizzes.questionbank'),
        ),
        migrations.AddField(
            model_name='incominganswer',
            name='response',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.response'),
        ),
        migrations.AddField(
            model_name='incominganswer',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionrecord',
            name='first_response',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.response'),
        ),
        migrations.AddField(
            model_name='questionrecord',
            name='last_response',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.response'),
        ),
        migrations.AddField(
            model_name='questionrecord',
            name='last_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.questionversion'),
        ),
        migrations.AddField(
            model_name='questionrecord',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='quizzes.question'),
        ),
        migrations.AddField(
            model_name='questionrecord',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studentcounts',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.questionbank'),
        ),
        migrations.AddField(
            model_name='studentcounts',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='questionrecord',
            constraint=models.UniqueConstraint(fields=('user', 'question'), name='one_record_a_student_and_question'),
        ),
        migrations.AddConstraint(
            model_name='questionrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_at', None), ('first_response', None), ('last_at', None), ('last_response', None)), models.Q(('first_at__isnull', False), ('first_fraction__isnull', False), ('first_response__isnull', False), ('last_at__isnull', False), ('last_fraction__isnull', False), ('last_response__isnull', False), ('last_version__isnull', False)), _connector='OR'), name='record_has_first_and_last_answer_or_none'),
        ),
        migrations.AddConstraint(
            model_name='studentcounts',
            constraint=models.UniqueConstraint(fields=('user', 'bank'), name='one_count_a_student_and_bank'),
        ),
        migrations.RunSQL(ALL_OUTCOMES, migrations.RunSQL.noop, elidable=True),
    ]
