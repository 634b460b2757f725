"""What is known of old grades: see docs/decisions/0016-correcting-a-key.md.

In SQL of both databases, one statement a table, since these are the biggest tables there are.
"""

from django.db import migrations

# Parts belonged to the response, and only the machine ever wrote them: with the first grade.
PARTS = """
UPDATE quizzes_gradepart SET grade_id = (
    SELECT g.id FROM quizzes_grade g
    WHERE g.response_id = quizzes_gradepart.response_id ORDER BY g.number LIMIT 1
)
"""
# A person's grade, and a first try, have no penalty in them.
PLAIN = """
UPDATE quizzes_grade SET raw_fraction = fraction
WHERE number > 1
   OR EXISTS (SELECT 1 FROM quizzes_response r WHERE r.id = response_id AND r.number = 1)
"""
# Of a later try the penalty is added again; at nothing left it cannot be known how much was taken.
PENALISED = """
UPDATE quizzes_grade SET raw_fraction = (
    SELECT CASE
        WHEN quizzes_grade.fraction + v.penalty * (r.number - 1) > 1 THEN 1
        ELSE ROUND(quizzes_grade.fraction + v.penalty * (r.number - 1), 7)
    END
    FROM quizzes_response r
    JOIN quizzes_attemptquestion q ON q.id = r.question_id
    JOIN quizzes_questionversion v ON v.id = q.version_id
    WHERE r.id = quizzes_grade.response_id
)
WHERE number = 1 AND raw_fraction IS NULL AND fraction > 0
"""


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0012_corrections_key_corrections")]

    operations = [
        migrations.RunSQL([PARTS, PLAIN, PENALISED], reverse_sql=migrations.RunSQL.noop),
    ]
