"""What the database's planner knows of the tables."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model


def gather_statistics(*models: type[Model]) -> None:
    """Count the rows of these tables again for PostgreSQL's planner, or of all when none is named.

    PostgreSQL counts by itself, but only once a minute. A table that it last saw empty is planned
    for one row until then, and a join of five such tables is walked row by row for minutes. So
    whatever writes very many rows at once calls this at the end, inside its transaction or after.
    SQLite plans from its indexes and needs nothing.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
