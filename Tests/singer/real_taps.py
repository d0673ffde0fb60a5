"""Taps piped into our executable: pytest Tests/singer/real_taps.py (executable.py names the environment)

tap.py, written on singer-sdk, and tap-postgres, written by others, over a table that is made here. DIRECT_DATABASE_URL, where given, is
the database without its pooler, for tap-postgres.
"""
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
import tap
from executable import URL, import_command, new_user, points, sql, totals

HERE = Path(__file__).parent
STREAMS = HERE / "taps.yaml"
SOURCE_URL = os.environ.get("DIRECT_DATABASE_URL", URL).replace("postgresql+psycopg://", "postgresql://")
OWN_TAP = [sys.executable, str(HERE / "tap.py")]
TAP_POSTGRES = [str(Path(sys.executable).with_name("tap-postgres"))]


def pipe(tap_command, user, directory, state=None):
    """tap | livinglytics. Returns the states that came out, each as the line that a tap is given the next time."""
    if state:
        (directory / "state.json").write_text(state)
        tap_command = [*tap_command, "--state", str(directory / "state.json")]
    log, command = directory / "tap.log", import_command(user, STREAMS)
    with open(log, "w") as errors, subprocess.Popen(tap_command, stdout=subprocess.PIPE, stderr=errors) as source:
        target = subprocess.run(command, stdin=source.stdout, capture_output=True, text=True, timeout=120)
    assert target.returncode == 0, target.stderr
    assert source.returncode == 0, log.read_text()
    return target.stdout.splitlines()


def test_tap_on_singer_sdk(tmp_path):
    user = new_user("tap")
    states = pipe(OWN_TAP, user, tmp_path)
    expected = {
        ("made_up", metric): {(record["property"], record["day"]): record[metric] for record in tap.records()}
        for metric in ("sessions", "engaged_sessions")
    }
    assert sum(len(values) for values in expected.values()) == 800
    assert points(user) == expected
    assert sum(total for total, _ in totals(user).values()) == sum(sum(values.values()) for values in expected.values())

    posted = totals(user)
    assert {entries for _, entries in posted.values()} == {200}
    assert json.loads(states[-1])["bookmarks"]["daily_stats"]["replication_key_value"] == max(record["day"] for record in tap.records())
    # Taken up at the end, in the middle, and from the start: what comes again is not entered again.
    for state in states[-1], states[0], None:
        assert pipe(OWN_TAP, user, tmp_path, state)[-1] == states[-1]
        assert totals(user) == posted
        assert points(user) == expected


@pytest.mark.parametrize("killed", [False, True])
def test_taken_up_where_a_run_broke_off(tmp_path, killed):
    """What a printed state covers is there, whether the tap ended early or our executable was killed; from that state on, all is once."""
    whole, broken = new_user("whole"), new_user("broken")
    pipe(OWN_TAP, whole, tmp_path)
    messages = subprocess.run(OWN_TAP, capture_output=True, check=True, timeout=120).stdout.splitlines(keepends=True)
    with subprocess.Popen(import_command(broken, STREAMS), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdin.write(b"".join(messages[:len(messages) // 2]))
        run.stdin.flush()
        if killed:
            # Once it has printed something, or has not for a while.
            select.select([run.stdout], [], [], 5)
            run.kill()
        states, report = run.communicate(timeout=120)
    assert killed or run.returncode == 0, report
    states = states.decode().splitlines()
    assert killed or states
    if states:
        reached = json.loads(states[-1])["bookmarks"]["daily_stats"]["replication_key_value"]
        covered = {(record["property"], record["day"]): record["sessions"] for record in tap.records() if record["day"] < reached}
        assert covered.items() <= points(broken)["made_up", "sessions"].items()
    assert sum(map(len, points(broken).values())) < 800

    pipe(OWN_TAP, broken, tmp_path, states[-1] if states else None)
    assert points(broken) == points(whole)
    assert totals(broken) == totals(whole)


@pytest.fixture
def page_stats():
    sql("drop schema if exists singer_source cascade")
    sql("create schema singer_source")
    sql("create table singer_source.page_stats (day date, property text, sessions int, primary key (day, property))")
    sql("insert into singer_source.page_stats"
        " select date '2026-01-01' + n / 2, 'page ' || n % 2, n * 37 % 1009 from generate_series(0, 499) n")
    yield
    sql("drop schema singer_source cascade")


def rows():
    return {(name, day): sessions for name, day, sessions in sql("select property, day::text, sessions from singer_source.page_stats")}


def test_tap_postgres(tmp_path, page_stats):
    config, catalog = tmp_path / "config.json", tmp_path / "catalog.json"
    # tap-postgres compares a state's day with a column's and fails (date with str) unless days are texts to it.
    config.write_text(json.dumps({"sqlalchemy_url": SOURCE_URL, "filter_schemas": ["singer_source"], "dates_as_string": True}))
    command = [*TAP_POSTGRES, "--config", str(config)]
    found = subprocess.run([*command, "--discover"], capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr
    stream, = [each for each in json.loads(found.stdout)["streams"] if each["tap_stream_id"] == "singer_source-page_stats"]
    stream |= {"replication_method": "INCREMENTAL", "replication_key": "day"}
    whole, = [each["metadata"] for each in stream["metadata"] if not each["breadcrumb"]]
    whole |= {"selected": True, "replication-method": "INCREMENTAL", "replication-key": "day"}
    catalog.write_text(json.dumps({"streams": [stream]}))
    command += ["--catalog", str(catalog)]

    user = new_user("tap-postgres")
    states = pipe(command, user, tmp_path)
    assert len(rows()) == 500
    assert points(user) == {("page_stats", "sessions"): rows()}

    posted = totals(user)
    states = pipe(command, user, tmp_path, states[-1])
    assert totals(user) == posted

    # The newest day corrected, and another day: an entry each.
    sql("update singer_source.page_stats set sessions = sessions + 5 where day = (select max(day) from singer_source.page_stats)")
    sql("insert into singer_source.page_stats select max(day) + 1, 'page 0', 12345 from singer_source.page_stats")
    pipe(command, user, tmp_path, states[-1])
    assert points(user) == {("page_stats", "sessions"): rows()}
    assert sum(entries for _, entries in totals(user).values()) == 500 + 3
