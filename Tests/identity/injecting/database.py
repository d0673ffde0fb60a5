"""What PostgreSQL itself says of an injection: rows and names that are not as they were, a sequence that moved, what its backends do meanwhile."""
import json
import subprocess
import threading

from injecting.payloads import SEQUENCE, SLEEP
from walls import Broken

OURS = "/* injections.py itself */"


class Database:
    """What PostgreSQL says itself, by psql."""

    def __init__(self, url):
        self.url = url

    def command(self):
        return ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.url]

    def rows(self, sql):
        done = subprocess.run([*self.command(), "-c", sql], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Broken(f"psql: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def make_sequence(self):
        self.rows(f"create sequence if not exists public.{SEQUENCE}; grant all on sequence public.{SEQUENCE} to public {OURS}")
        self.start = self.where()

    def where(self):
        return self.rows(f"select last_value, is_called from public.{SEQUENCE} {OURS}")

    def moved(self):
        return [] if self.where() == self.start else ["a payload moved the sequence: it was run as SQL"]

    def drop_sequence(self):
        self.rows(f"drop sequence public.{SEQUENCE} {OURS}")

    def picture(self, user):
        """Sums of all rows by table and whose they are, other than this user's, and all that has a name or a grant.

        When a key was last used is written some time later; nothing else moves by itself.
        """
        columns = self.rows(
            "select format('%I.%I', n.nspname, c.relname), coalesce(string_agg(a.attname, ',') filter (where a.attname in ('user_id', 'name')), '')"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            f" where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$)' group by 1 order by 1 {OURS}")
        parts = []
        for table, names in columns:
            whose = "user_id::text" if "user_id" in names.split(",") else {
                "public.users": "id::text", "livinglytics.declared_metrics": "name"}.get(table, "''")
            own = f"where user_id is distinct from '{user}'" if whose == "user_id::text" else ""
            parts.append(f"select '{table}', coalesce({whose}, ''), count(*),"
                         f" sum(('x' || left(md5((to_jsonb(t) - 'last_used_at')::text), 15))::bit(60)::bigint)"
                         f" from {table} t {own} group by 1, 2")
        rows = {(table, whose): (count, total) for table, whose, count, total in self.rows(" union all ".join(parts) + OURS)}
        names = self.rows(
            "select 'relation', c.oid::regclass::text, c.relkind::text, c.relowner::regrole::text, coalesce(c.relacl::text, ''), c.relrowsecurity::text"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_(toast_)?temp' union all"
            " select 'function', oid::regprocedure::text, md5(prosrc), proowner::regrole::text, coalesce(proacl::text, ''), '' from pg_proc union all"
            " select 'role', rolname, rolsuper::text, rolbypassrls::text, coalesce(rolconfig::text, ''), rolcanlogin::text from pg_roles union all"
            " select 'schema', nspname, nspowner::regrole::text, coalesce(nspacl::text, ''), '', '' from pg_namespace"
            f" where nspname !~ '^pg_(toast_)?temp' {OURS}")
        return rows, {tuple(name) for name in names}

    def own(self):
        """How many rows of some kinds each user has."""
        return {(user, kind): int(count) for user, kind, count in self.rows(
            "select user_id, kind, count(*) from livinglytics.imports where status = 'posted' group by 1, 2"
            f" union all select user_id, 'key', count(*) from livinglytics.api_keys group by 1 {OURS}")}

    def users(self):
        return {user: json.loads(email) for user, email in self.rows(f"select id, to_json(email) from public.users {OURS}")}


class Watch:
    """Asks all the while what the backends do: none may sleep as a payload says, or have a payload's words in its statement."""

    # sqlmap's heavy statements count as high as their seconds; what psql asks for this file says so itself.
    LOOK = (f"select 'PostgreSQL is at ' || coalesce(wait_event, '') || ': ' || left(query, 200) from pg_stat_activity"
            f" where pid <> pg_backend_pid() and (wait_event = 'PgSleep' or query ~* 'pg_sleep|generate_series\\(1, *{SLEEP}000000|{SEQUENCE}|31337')"
            f" and query !~ 'injections\\.py itself' {OURS};\n")

    def __init__(self, database):
        self.process = subprocess.Popen(database.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.seen, self.looks, self.stop = [], 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def look(self):
        """A round trip at a time; the wait between two is short beside a payload's sleep."""
        while not self.stop.wait(0.2):
            self.process.stdin.write(self.LOOK + "\\echo looked\n")
            self.process.stdin.flush()
            for line in iter(self.process.stdout.readline, "looked\n"):
                if not line:
                    self.seen.append("psql could not look any more: the database went away")
                    return
                self.seen.append(line.strip())
            self.looks += 1

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        _, said = self.process.communicate(timeout=30)
        if said or not self.looks:
            self.seen.append(f"psql looked {self.looks} times: {said.strip()}")
