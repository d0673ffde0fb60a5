"""PostgreSQL's own programs, against the database that is benched."""

import os
import subprocess
from urllib.parse import unquote, urlsplit


def psql(*arguments: str, patience: int = 60) -> str:
    """What psql prints, through the pooler."""
    command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", *arguments]
    return subprocess.run(
        command, env=libpq(os.environ["DATABASE_URL"]), check=True, text=True, stdout=subprocess.PIPE, timeout=patience
    ).stdout


def libpq(database_url: str) -> dict[str, str]:
    """The environment for PostgreSQL's own programs: the password is not among their arguments, and ~/.pgpass is not read."""
    url = urlsplit(database_url)
    return {
        "PATH": os.environ["PATH"], "PGHOST": url.hostname, "PGPORT": str(url.port), "PGUSER": unquote(url.username),
        "PGPASSWORD": unquote(url.password), "PGDATABASE": unquote(url.path.lstrip("/")), "PGSSLMODE": "require",
    }
