"""Our executable and what it leaves in the database: shared by suite.py and real_taps.py.

LIVINGLYTICS_BINARY is the executable, DATABASE_URL its database, SINGER_USER an e-mail address that the users made here are named after.
"""
import os
import subprocess
import uuid

import psycopg2

BINARY = os.environ["LIVINGLYTICS_BINARY"]
URL = os.environ["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")


def sql(text, *values, url=URL):
    """The rows of one statement in a transaction of its own. psycopg2 prepares nothing on the server, so a transaction pooler will do."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def new_user(name):
    """Somebody of whom there is nothing yet: so all of their points are of this test, in this run."""
    mailbox, _, domain = os.environ["SINGER_USER"].partition("@")
    email = f"{mailbox}+{name}-{uuid.uuid4().hex[:8]}@{domain}"
    made = subprocess.run([BINARY, "users", "add", email], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    return email


def import_command(user, streams, *more):
    return [BINARY, "import", "-", "--format", "singer", "--user", user, "--map-file", str(streams), *more]


def points(user):
    """{(source, metric): {(account, day): value}} of all that stands."""
    found = {}
    for source, metric, account, day, value in sql(
        "select source_name, metric_name, account_ref, metric_date::text, value from livinglytics.points p"
        " join public.users u on u.id = p.user_id where u.email = %s", user
    ):
        found.setdefault((source, metric), {})[account, day] = value
    return found


def totals(user):
    """{(source, metric, account): (sum, number of entries)}."""
    rows = sql("select source_name, metric_name, account_ref, total, entries from livinglytics.totals t"
               " join public.users u on u.id = t.user_id where u.email = %s", user)
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def quarantined(user):
    """{line: (stream, reason)}."""
    rows = sql("select line, stream, reason from livinglytics.quarantined q"
               " join public.users u on u.id = q.user_id where u.email = %s", user)
    return {line: (stream, reason) for line, stream, reason in rows}
