"""One revision for each quiz, as far as it is known: see docs/decisions/0021-quiz-revisions.md.

In SQL of both databases, one statement a table.
"""

from django.db import migrations

REVISIONS = """
INSERT INTO quizzes_quizrevision (quiz_id, number, frozen_at, created_at)
SELECT q.id, 1, (
    SELECT MIN(a.started_at) FROM quizzes_attempt a WHERE a.quiz_id = q.id AND NOT a.preview
), q.created_at
FROM quizzes_quiz q WHERE q.reader_source_id IS NULL
"""
SLOTS = """
UPDATE quizzes_slot SET revision_id = (
    SELECT r.id FROM quizzes_quizrevision r WHERE r.quiz_id = quizzes_slot.quiz_id
)
"""
# A question that one slot of the quiz asks by name came from there; a drawn one may be of any.
QUESTIONS = """
UPDATE quizzes_attemptquestion SET quiz_slot_id = (
    SELECT CASE WHEN COUNT(*) = 1 THEN MIN(s.id) END
    FROM quizzes_attempt a
    JOIN quizzes_slot s ON s.quiz_id = a.quiz_id
    JOIN quizzes_questionversion v ON v.question_id = s.question_id
    WHERE a.id = quizzes_attemptquestion.attempt_id
      AND v.id = quizzes_attemptquestion.version_id
)
"""


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0023_revisions_quiz_revisions")]

    operations = [
        migrations.RunSQL([REVISIONS, SLOTS, QUESTIONS], reverse_sql=migrations.RunSQL.noop),
    ]
