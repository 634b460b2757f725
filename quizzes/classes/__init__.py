"""Who is in which class, as student or as teacher. Knows nothing of quizzes."""
