"""singer-sdk's own suite for targets, run against our executable: pytest Tests/singer/suite.py (executable.py names the environment).

The suite's templates look no further than whether a target fails, so a program that stores nothing passes. Here the rows are looked at
after each template, and no template is left out without a reason.
"""
import importlib.resources
import inspect
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from executable import BINARY, import_command, new_user, points, quarantined
from singer_sdk import Target
from singer_sdk.exceptions import MissingKeyPropertiesError, RecordsWithoutSchemaException
from singer_sdk.testing import target_test_streams, target_tests
from singer_sdk.testing.config import SuiteConfig
from singer_sdk.testing.runners import TargetTestRunner
from singer_sdk.testing.suites import target_tests as chosen_by_the_sdk
from singer_sdk.testing.templates import TargetTestTemplate

STREAMS = Path(__file__).with_name("suite.yaml")
FILES = {Path(file.name).stem: file for file in importlib.resources.files(target_test_streams).iterdir() if file.name.endswith(".singer")}


class Refused(RecordsWithoutSchemaException, MissingKeyPropertiesError):
    """Our executable exited with something else than 0. It's all that a template may want raised: why, the quarantine tells."""


class Runner(TargetTestRunner):
    """Feeds a template's file to our executable instead of to a class in Python, and keeps what it says where templates look for it."""

    def __init__(self, user, streams=STREAMS):
        super().__init__(Target)
        self.user, self.streams, self.status = user, streams, None

    def new_target(self):
        return None

    def sync_all(self, **_):
        command = import_command(self.user, self.streams)
        run = subprocess.run(command, input=self.input_filepath.read_bytes(), capture_output=True, timeout=120)
        self.status, self.stdout, self.stderr = run.returncode, run.stdout.decode(), run.stderr.decode()
        self.state_messages += [json.loads(line) for line in self.stdout.splitlines()]
        if run.returncode:
            raise Refused(f"exit {run.returncode}: {self.stderr}")


@dataclass
class Outcome:
    """What a file leaves: points as {source: {metric: {account: value}}}, states as printed, the quarantine as {line: a word of why}."""

    points: dict = field(default_factory=dict)
    states: list = field(default_factory=list)
    status: int = 0
    quarantined: dict = field(default_factory=dict)


def numbers(last):
    return {"number": {str(number): number for number in range(1, last + 1)}}


OUTCOMES = {
    "array_data": Outcome({"array_data": numbers(4)}, [{"test_array_data": 4}]),
    "camelcase": Outcome(),
    "camelcase_complex_schema": Outcome(),
    "duplicate_records": Outcome({"duplicates": {"metric": {"1": 100, "2": 20}}}, [{"test_duplicate_records": 2}]),
    "encoded_string_data": Outcome(
        {"strings": numbers(11), "strings_in_objects": numbers(11), "strings_in_arrays": numbers(6)},
        [{"test_strings": 11, "test_strings_in_objects": 11, "test_strings_in_arrays": 6}],
    ),
    "invalid_schema": Outcome(status=65),
    "no_primary_keys": Outcome({"no_key": {"metric": {"1": 11, "2": 22, "3": 33}}}, [{"test_no_pk": 3}]),
    "optional_attributes": Outcome({"optional_attributes": numbers(4)}, [{"test_optional_attributes": 4}]),
    "pk_updates": Outcome({"key_updates": {"number": {"1/alice@example.com": 1, "2/bob@example.com": 2}}}),
    "record_before_schema": Outcome({"before_schema": {"metric": {"2": 3728}}}, status=65, quarantined={1: "schema"}),
    "record_missing_fields": Outcome({"missing_fields": numbers(2)}, [{}]),
    "record_missing_key_property": Outcome(status=65, quarantined={2: "id"}),
    "record_missing_required_property": Outcome({"missing_required": {"metric": {"": 3215}}}),
    "schema_no_properties": Outcome(),
    "schema_updates": Outcome(
        {"schema_updates": {"a1": {str(number): 100 + number for number in range(1, 7)}, "a6": {"5": 985, "6": 341}}},
        [{"test_schema_updates": 6}],
    ),
    "special_chars_in_attributes": Outcome(),
}
# Templates that can't apply, and what is tested in their place.
NOT_RUN = {
    "cli_prints": "calls methods of a Python class: test_tells_about_itself",
    "multiple_state_messages": "expects the three states of five that the SDK's own batches let through, and as text: test_states",
}
# Files that the package brings without a template of their own, and the test that takes each.
NO_TEMPLATE = {
    "no_primary_keys_append": "test_a_later_run_replaces",
    "user_location_data": "test_a_later_run_replaces",
    "user_location_upsert_data": "test_a_later_run_replaces",
}


def all_templates():
    """Also those that the SDK leaves out of its suite because its own targets fail them."""
    everything = [each for _, each in inspect.getmembers(target_tests, inspect.isclass)] + chosen_by_the_sdk.tests
    named = {each.name: each for each in everything if issubclass(each, TargetTestTemplate) and each.name}
    return dict(sorted(named.items()))


def feed(name, user, streams=STREAMS):
    """One of the package's files into our executable, whatever comes of it."""
    runner = Runner(user, streams)
    runner.input_filepath = FILES[name]
    try:
        runner.sync_all()
    except Refused:
        pass
    return runner


def check(runner, outcome):
    assert runner.status == outcome.status, runner.stderr
    assert runner.stderr.strip(), "the report is missing"
    assert runner.state_messages == outcome.states
    expected = {
        (source, metric): {(account, "2026-01-01"): value for account, value in values.items()}
        for source, metrics in outcome.points.items() for metric, values in metrics.items()
    }
    assert points(runner.user) == expected
    found = quarantined(runner.user)
    assert found.keys() == outcome.quarantined.keys()
    for line, word in outcome.quarantined.items():
        assert word in found[line][1].lower()


def test_nothing_is_left_out():
    assert all_templates().keys() == OUTCOMES.keys() | NOT_RUN.keys()
    assert not OUTCOMES.keys() & NOT_RUN.keys()
    assert FILES.keys() == (all_templates().keys() | NO_TEMPLATE.keys()) - {"cli_prints"}
    for test in NO_TEMPLATE.values():
        assert callable(globals()[test])


@pytest.mark.parametrize("name", OUTCOMES)
def test_template(name):
    runner = Runner(new_user(name))
    all_templates()[name]().run(SuiteConfig(), None, runner)
    check(runner, OUTCOMES[name])


@pytest.mark.parametrize("name", [name for name, outcome in OUTCOMES.items() if outcome.points])
def test_again_changes_nothing(name):
    user = new_user(name)
    first, second = feed(name, user), feed(name, user)
    assert (first.status, first.stdout) == (second.status, second.stdout)
    check(second, OUTCOMES[name])


def test_states():
    """Those that are printed are some of those that came, in order, and the newest is the last: none is made up or held back."""
    runner = feed("multiple_state_messages", new_user("states"))
    came = [json.loads(line)["value"] for line in FILES["multiple_state_messages"].read_text().splitlines() if '"STATE"' in line]
    ahead = iter(came)
    assert all(state in ahead for state in runner.state_messages), runner.stdout
    check(runner, Outcome(
        {"states_a": {"metric": {str(n): n * 100 for n in range(1, 7)}}, "states_b": {"metric": {str(n): n * 110 for n in range(1, 7)}}},
        runner.state_messages,
    ))
    assert runner.state_messages[-1] == came[-1]


def test_a_later_run_replaces():
    user = new_user("later")
    feed("no_primary_keys", user)
    later = {"no_key": {"metric": {str(n): n * 101 for n in range(1, 6)}}}
    check(feed("no_primary_keys_append", user), Outcome(later, [{"test_no_pk": 5}]))

    user = new_user("upsert")
    check(feed("user_location_data", user), Outcome({
        "users": numbers(5), "locations": numbers(3),
        "users_in_locations": {"user": {"1": 1, "2": 1, "3": 1}, "location": {"1": 1, "2": 2, "3": 3}},
    }, [{"test_users": 5, "test_locations": 3, "test_user_in_location": 3}]))
    check(feed("user_location_upsert_data", user), Outcome({
        "users": {"number": {str(n): n for n in (1, 2, 3, 4, 5, 8, 12, 13)}},
        "locations": {"number": {str(n): n for n in (1, 2, 3, 6, 8)}},
        "users_in_locations": {"user": {"1": 1, "2": 2, "3": 1, "6": 3, "14": 4}, "location": {"1": 4, "2": 3, "3": 3, "6": 2, "14": 1}},
    }, [{"test_users": 13, "test_locations": 8, "test_user_in_location": 14}]))


def test_strings_as_accounts():
    """An account has no line breaks and no control characters: those two records are quarantined, the nine others are to the letter."""
    runner = feed("encoded_string_data", new_user("strings"), STREAMS.with_name("strings.yaml"))
    texts = ["simple string 2837", "απλή συμβολοσειρά", "简单的字串", "chaîne simple", 'quoted "string"', None, "m", "ā", "ƙ",
             "Double quoting: \\u0000 \\u0041 \\u0001", None]
    accounts = {f"{number}/{text}": number for number, text in enumerate(texts, 1) if text}
    states = [{"test_strings": 11, "test_strings_in_objects": 11, "test_strings_in_arrays": 6}]
    check(runner, Outcome({"strings": {"number": accounts}}, states, 65, {7: "", 12: ""}))


def test_a_stream_that_no_map_names():
    runner = feed("array_data", new_user("unmapped"), STREAMS.with_name("strings.yaml"))
    assert (runner.status, runner.stdout, points(runner.user)) == (65, "", {})
    assert "test_array_data" in runner.stderr and "skip" in runner.stderr


def test_tells_about_itself():
    for arguments, word in (["--version"], "."), (["import", "--help"], "singer"):
        run = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0 and word in run.stdout
