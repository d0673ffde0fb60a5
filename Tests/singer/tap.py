#!/usr/bin/env python3
"""A tap on singer-sdk that makes up 400 records, the same ones at every run: tap.py [--config FILE] [--state FILE]

A day and a property are a record's key. Given a state it starts at that state's day once more, as taps do: no day is missed, the last
one comes twice.
"""
from datetime import date, timedelta

from singer_sdk import Stream, Tap
from singer_sdk import typing as th

FIRST_DAY, DAYS, PROPERTIES = date(2026, 1, 1), 200, ("properties/100", "properties/200")


def records(since=""):
    for number in range(DAYS):
        day = (FIRST_DAY + timedelta(number)).isoformat()
        if day < since:
            continue
        for place, name in enumerate(PROPERTIES):
            sessions = 100 + 7 * number % 83 + 1000 * place
            yield {"day": day, "property": name, "sessions": sessions, "engaged_sessions": sessions * 3 // 5}


class DailyStats(Stream):
    name = "daily_stats"
    primary_keys = ("day", "property")
    replication_key = "day"
    is_sorted = True
    # A state every fifty records, so that a run can be taken up in its middle.
    STATE_MSG_FREQUENCY = 50
    schema = th.PropertiesList(
        th.Property("day", th.DateType, required=True),
        th.Property("property", th.StringType, required=True),
        th.Property("sessions", th.IntegerType),
        th.Property("engaged_sessions", th.IntegerType),
    ).to_dict()

    def get_records(self, context):
        return records(self.get_starting_replication_key_value(context) or "")


class MadeUp(Tap):
    name = "tap-made-up"
    config_jsonschema = th.PropertiesList().to_dict()

    def discover_streams(self):
        return [DailyStats(self)]


if __name__ == "__main__":
    MadeUp.cli()
