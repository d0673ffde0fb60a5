"""What schemathesis has to be told about this API: loaded by schemathesis_run.py as SCHEMATHESIS_HOOKS.

Requests that the description allows and the server refuses, and the other way round, are findings, except for what JSON Schema can't say.
All of that stands here, each with its reason; anything else is one.
"""
import json
import os
import urllib.error
import urllib.request

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# Codes of 422 that are about what is there, or about several fields together.
RULES = {
    "no_point": "whether there is a value to correct is in the ledger",
    "computed_metric": "whether a ratio's parts are there is in the ledger",
    "import_refused": "what a file's tables are is in the file",
    "unknown_metric": "which metrics have points is in the ledger",
    "unknown_time_zone": "which time zones there are is PostgreSQL's to say",
    "as_of_in_the_future": "the present moves on",
    "date_range_upside_down": "two days, one after the other",
    "date_range_too_long": "how many days lie between two",
    "invalid_comparison": "a comparison goes with a range that can be compared",
    "too_many_values": "how long an answer gets depends on days, metrics and groups together",
    "idempotency_key_reused": "whether a key was used is in the list of imports",
}
# Fields whose 422 is no finding, by operation: (field, code).
FIELDS = {
    "*": {
        ("user", "missing_field"): "who asks decides whether it may be left out",
        ("email", "missing_field"): "who asks decides whether it may be left out",
        ("from", "missing_field"): "`from` and `to` go together",
        ("to", "missing_field"): "`from` and `to` go together",
        ("cursor", "invalid_value"): "only what the page before said is a cursor",
        ("date_range", "invalid_date_range"): "a range may reach over the calendar's ends",
    },
    "GET /v1/revisions": {("until", "invalid_value"): "`until` lies after `since`"},
    "POST /v1/imports": {
        ("currency", "invalid_value"): "which currencies there are is ISO 4217's to say",
        ("map", "invalid_value"): "what a column may be mapped to depends on the other mappings",
        ("stream_map", "invalid_value"): "a map is a text of its own grammar",
    },
    "PUT /v1/metadata/{name}": {
        (field, code): "which parts a metric has depends on its aggregation, and on the metrics there are"
        for field in ("aggregation", "numerator", "denominator", "accounts_add")
        for code in ("missing_field", "invalid_value")
    },
    "POST /v1/keys": {
        ("read", "invalid_value"): "a key that neither reads nor writes is none",
        ("expires_at", "invalid_value"): "the present moves on",
    },
}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """False drops it."""
    if isinstance(failure, RejectedPositiveData):
        return not (response.status_code == 422 and is_rule(case, response.json()) or has_long_number(response) or is_long_address(case, response))
    if isinstance(failure, AcceptedNegativeData):
        return not repeats_a_parameter(case)
    return True


def is_rule(case, problem):
    if problem["code"] in RULES:
        return True
    known = {**FIELDS["*"], **FIELDS.get(case.operation.label, {})}
    errors = problem.get("errors", [])
    # In a query, the brief has a code of its own for what is missing.
    code = "missing_field" if problem["code"] == "invalid_parameters" and problem["detail"].endswith(" is missing.") else problem["code"]
    return bool(errors) and all((error["field"], code) in known for error in errors)


def has_long_number(response):
    """JSON Schema can't count a number's digits (RFC 8259 lets its readers set limits)."""
    return response.status_code == 400 and "more than 38 digits" in response.json()["detail"]


def is_long_address(case, response):
    """JSON Schema counts characters, and an address may have 320 bytes."""
    fields = {error["field"] for error in response.json().get("errors", [])} if response.status_code == 422 else set()
    given = {**(case.query or {}), **(case.body if isinstance(case.body, dict) else {})}
    return bool(fields) and fields <= {"user", "email"} and all(len(str(given.get(field)).encode()) > 320 for field in fields)


def repeats_a_parameter(case):
    """Of several parameters of one name the last counts, as in the service that the brief describes."""
    arrays = {parameter.name for parameter in case.operation.query if "array" in str(parameter.definition.get("schema", {}).get("type"))}
    return any(isinstance(value, list) and len(value) > 1 and name not in arrays for name, value in (case.query or {}).items())


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """As it is: the description calls it a string."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


class Addresses:
    """Sign-ins fail here by the hundred, and an address may fail ten times: each comes from another one, where the server trusts its proxy."""

    count = 0

    @classmethod
    def next(cls):
        cls.count += 1
        # Runs that follow each other must not share them.
        return f"10.{os.getpid() % 255}.{cls.count >> 8 & 255}.{cls.count & 255}"


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.operation.label == "POST /v1/session" and "X-Forwarded-For" not in case.headers:
        case.headers["X-Forwarded-For"] = Addresses.next()


if "SIGN_IN" in os.environ:

    @schemathesis.auth(refresh_interval=None)
    class Session:
        """The cookie that a sign-in gives. It is made anew when a request has ended it."""

        cookie = None

        def get(self, case, context):
            if Session.cookie is None:
                Session.cookie = sign_in()
            return Session.cookie

        def set(self, case, data, context):
            case.headers["Cookie"] = data
            case.headers["Origin"] = os.environ["BASE_URL"]

    @schemathesis.hook
    def after_call(context, case, response):
        if case.operation.label == "DELETE /v1/session" and response.status_code == 204:
            Session.cookie = None


def sign_in():
    request = urllib.request.Request(
        os.environ["BASE_URL"] + "/v1/session",
        os.environ["SIGN_IN"].encode(),
        {"Content-Type": "application/json", "X-Forwarded-For": Addresses.next()},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.headers["Set-Cookie"].split(";")[0]
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"signing in: {error.code} {json.load(error)}") from error
