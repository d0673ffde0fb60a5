"""What it costs to know who asks: JWTs of Supabase Auth, an API key, a session and the service key, side by side on one server."""

import argparse
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import figures
import packages
import reference
from figures import Figure
from load import Question, Round
from postgres import psql
from querying import sound
from service import PATIENCE, Service, Trouble, say, tiles_path

CONNECTIONS, MANY = 16, 200  # of wrk; JWTs of one person that ask in turn
CLIENT, OTHER = "u1@x.test", "u2@x.test"
PERSON = {"email": "person@x.test", "password": "told to nobody else"}
QUESTIONS = {
    "tiles": Question(tiles_path(1)),
    "query": Question("/v1/query", json.dumps({"user": CLIENT, "metrics": ["sessions"], "date_range": "28d"})),
}
SERVICE_KEY, KEY, TOKEN, TOKENS, SESSION = "service key", "API key", "JWT", f"{MANY} JWTs in turn", "session"
GOAL = 1.15  # CPU of a request with a JWT : with an API key
HERE = Path(__file__).parent
STAND_IN = HERE.parent / "Tests" / "identity" / "supabase.py"
VENV = reference.KEPT / "identity"
PACKAGES = "PyJWT==2.15.1\ncryptography==50.0.2\n"

Credentials = list[dict[str, str]]  # the headers that carry each


@dataclass
class Plan:
    rounds: int
    seconds: int
    warm_up: int
    seconds_unseen: int  # of a round with JWTs that were never seen


FULL = Plan(rounds=5, seconds=4, warm_up=1, seconds_unseen=2)
QUICK = Plan(rounds=2, seconds=1, warm_up=1, seconds_unseen=1)


class Auth:
    """The stand-in for Supabase Auth, which runs in a process of its own."""

    def __init__(self, url: str):
        self.url = url

    def control(self, name: str, *bodies: dict) -> list[dict]:
        """What it answers to each. It closes a connection that is idle for long, so there is one for all of them and no longer."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        try:
            return [self._control(connection, name, body) for body in bodies]
        finally:
            connection.close()

    def tokens(self, count: int) -> Credentials:
        """JWTs of the person, each of another session."""
        return [bearer(answer["token"]) for answer in self.control("token", *[{"email": PERSON["email"]}] * count)]

    def _control(self, connection: http.client.HTTPConnection, name: str, body: dict) -> dict:
        connection.request("POST", f"/control/{name}", json.dumps(body))
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise Trouble(f"the stand-in for Supabase Auth answers {answer.status} to {name}: {said[:200].decode(errors='replace')}")
        return json.loads(said)


def prepare() -> str:
    """Installs what the stand-in needs into a virtual environment of its own. Returns why it can't be had, or nothing."""
    return packages.install(VENV, PACKAGES, *PACKAGES.split())


def measure(services: dict[str, Service], options: argparse.Namespace, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    if options.no_reference:
        raise Trouble(f"the stand-in for Supabase Auth can't run: {options.no_reference}")
    plan = QUICK if options.quick else FULL
    ours = services["ours"]
    psql("--file", str(HERE / "data.sql"))
    with stand_in(options.directory / "supabase.log") as auth:
        ours.environment["SUPABASE_URL"] = auth.url
        [person] = auth.control("users", PERSON)
        subprocess.run([options.binary, "users", "link", CLIENT, person["id"]], check=True, stdout=subprocess.DEVNULL, timeout=60)
        ours.start()
        holders = sign_in(ours, auth)
        check(ours, holders)
        rounds = {name: alternate(ours, what, holders, plan, name) for name, what in QUESTIONS.items()}
        unseen = measure_unseen(ours, holders, auth, plan, max(each.per_second for each in rounds["tiles"][KEY]))
    found = [figure for name in QUESTIONS for figure in compare(name, rounds[name])] + first_seen(unseen)
    title = f"One person of one client, {CONNECTIONS} connections; medians of {plan.rounds} rounds of {plan.seconds} s"
    text, document = figures.make(title, found, notes(rounds, unseen), conditions | {"plan": vars(plan)})
    kept = rounds | {"unseen": unseen}
    document["rounds"] = {name: {who: [vars(each) | {"per_second": each.per_second} for each in its] for who, its in by.items()}
                          for name, by in kept.items()}
    return text, document


@contextmanager
def stand_in(log: Path) -> Iterator[Auth]:
    """It ends with its standard input, and so with us, whatever happens."""
    with log.open("wb") as errors:
        command = [str(VENV / "bin" / "python"), "-B", str(STAND_IN)]
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        said = running.stdout.readline()
        if not said.startswith("listening on "):
            raise Trouble("\n  ".join(["the stand-in for Supabase Auth does not start. It said:", *log.read_text().splitlines()[-8:]]))
        yield Auth(said.split()[-1])
    finally:
        running.stdin.close()
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def sign_in(ours: Service, auth: Auth) -> dict[str, Credentials]:
    status, _, body = ask(ours, Question("/v1/keys", json.dumps({"user": CLIENT, "name": "bench"})), service_key(ours))
    if status != 201:
        raise Trouble(f"no API key is made: {status} {body[:200].decode(errors='replace')}")
    status, cookie, answer = ask(ours, Question("/v1/session", json.dumps(PERSON)), {})
    if status != 201:
        raise Trouble(f"the person can't sign in: {status} {answer[:200].decode(errors='replace')}")
    return {
        SERVICE_KEY: [service_key(ours)],
        KEY: [bearer(json.loads(body)["key"])],
        TOKEN: auth.tokens(1),
        TOKENS: auth.tokens(MANY),
        # Without the origin nothing may be posted.
        SESSION: [{"Cookie": cookie.partition(";")[0], "Origin": f"http://127.0.0.1:{ours.port}"}],
    }


def check(ours: Service, holders: dict[str, Credentials]) -> None:
    """All are told the same of their own client, and nothing of another, save whoever has the service key."""
    for name, what in QUESTIONS.items():
        _, _, due = ask(ours, what, holders[SERVICE_KEY][0])
        for who, headers in [(who, headers) for who, credentials in holders.items() for headers in credentials]:
            status, _, body = ask(ours, what, headers)
            if status != 200 or numbers(body) != numbers(due):
                raise Trouble(f"{name}: {who} is answered {status} {body.decode(errors='replace')}, the service key {due.decode(errors='replace')}")
        foreign = Question(what.path.replace(CLIENT, OTHER), what.body.replace(CLIENT, OTHER))
        for who, credentials in holders.items():
            status = ask(ours, foreign, credentials[0])[0]
            if status != (200 if who == SERVICE_KEY else 403):
                raise Trouble(f"{name}: {who} is answered {status} for {OTHER}")


def numbers(body: bytes) -> dict | list:
    """Of an answer, without the moment of the question."""
    said = json.loads(body)
    return said.get("results", said)


def alternate(ours: Service, what: Question, holders: dict[str, Credentials], plan: Plan, name: str) -> dict[str, list[Round]]:
    """They alternate, and each round begins with another one."""
    say(f"Measuring {name}: {plan.rounds} rounds of {plan.seconds} s with each of {', '.join(holders)}.")
    for credentials in holders.values():
        load(ours, what, credentials, plan.warm_up)
    found = {who: [] for who in holders}
    for turn in range(plan.rounds):
        names = list(holders)
        for who in names[turn % len(names):] + names[:turn % len(names)]:
            found[who].append(load(ours, what, holders[who], plan.seconds))
    return found


def measure_unseen(ours: Service, holders: dict[str, Credentials], auth: Auth, plan: Plan, most: float) -> dict[str, list[Round]]:
    """JWTs that are seen once each beside a remembered one. A server that has just started remembers none, so the same will do every round.

    There are half as many again as would do for `most` a second, the best round of API keys. Were they too few, that would stop the benchmark.
    """
    count = int(most * plan.seconds_unseen * 1.5) + 10 * CONNECTIONS
    say(f"Measuring tiles with JWTs that were never seen: {plan.rounds} rounds of {plan.seconds_unseen} s with {count:,} of them.")
    systems = {"unseen": auth.tokens(count), "remembered": holders[TOKEN]}
    found = {who: [] for who in systems}
    for turn in range(plan.rounds):
        ours.stop()
        ours.start()
        load(ours, QUESTIONS["tiles"], holders[KEY], plan.warm_up)
        for who in list(systems)[::-1 if turn % 2 else 1]:
            found[who].append(load(ours, QUESTIONS["tiles"], systems[who], plan.seconds_unseen))
        if found["unseen"][-1].requests > count - CONNECTIONS:
            raise Trouble(f"{count:,} JWTs were too few for {plan.seconds_unseen} s: some were seen twice")
    return found


def load(ours: Service, what: Question, credentials: Credentials, seconds: int) -> Round:
    """As load.wrk, with other credentials. They go through a file: arguments can be seen by everyone."""
    file = ours.directory / "credentials"
    file.touch(mode=0o600)
    file.write_text("".join("\t".join(f"{name}: {value}" for name, value in headers.items()) + "\n" for headers in credentials))
    environment = {
        "PATH": os.environ["PATH"], "BENCH_CREDENTIALS": str(file), "BENCH_ASKED": what.path, "BENCH_POSTED": what.body,
        "BENCH_SUMMARY": str(HERE / "load.lua"),
    }
    command = [
        "wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "10s",
        "--script", str(HERE / "identity.lua"), f"http://127.0.0.1:{ours.port}",
    ]
    before = ours.cpu_seconds()
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=seconds + 20).stdout
    cpu = ours.cpu_seconds() - before
    ours.settle()
    said = json.loads(output.splitlines()[-1])
    return sound(Round(
        requests=said["requests"], seconds=said["microseconds"] / 1e6, p50=said["p50"] / 1e3, p99=said["p99"] / 1e3,
        cpu=cpu * 1e3 / max(said["requests"], 1),
        errors={kind: said[kind] for kind in ("connect", "read", "write", "status", "timeout") if said[kind]},
    ))


def compare(name: str, rounds: dict[str, list[Round]]) -> list[Figure]:
    used = {who: cpu(its) for who, its in rounds.items()}
    rate = {who: median(each.per_second for each in its) for who, its in rounds.items()}
    found = [Figure(f"{name}: CPU per request, {who}", "µs", used[who], KEY, used[KEY], goal, False)
             for who, goal in ((TOKEN, GOAL), (TOKENS, GOAL), (SESSION, None))]
    found.append(Figure(f"{name}: CPU per request, {KEY}", "µs", used[KEY], SERVICE_KEY, used[SERVICE_KEY], None, False))
    found.append(Figure(f"{name}: answers per second, {KEY}", "", rate[KEY], SERVICE_KEY, rate[SERVICE_KEY], None, True))
    return found


def first_seen(unseen: dict[str, list[Round]]) -> list[Figure]:
    rate = {who: median(each.per_second for each in its) for who, its in unseen.items()}
    costs = median((cold.cpu - known.cpu) * 1e3 for cold, known in zip(unseen["unseen"], unseen["remembered"]))
    return [
        Figure("JWTs never seen: tiles, and so verifications, per second", "", rate["unseen"], "a remembered JWT", rate["remembered"], None, True),
        Figure("JWTs never seen: CPU per request", "µs", cpu(unseen["unseen"]), "a remembered JWT", cpu(unseen["remembered"]), None, False),
        Figure("JWTs never seen: CPU of the verification alone", "µs", costs, "", None, None, False),
    ]


def cpu(rounds: list[Round]) -> float:
    """Microseconds per request."""
    return median(each.cpu for each in rounds) * 1e3


def notes(rounds: dict[str, dict[str, list[Round]]], unseen: dict[str, list[Round]]) -> list[str]:
    """How sure the figures are: the ratios of each round by itself, and how far rounds with the same credential differ."""
    found = []
    for name, its in rounds.items():
        ratios = {who: sorted(one.cpu / key.cpu for one, key in zip(its[who], its[KEY])) for who in (TOKEN, TOKENS, SESSION, SERVICE_KEY)}
        said = "; ".join(f"{who} {low:.2f} to {high:.2f}x" for who, (low, *_, high) in ratios.items())
        found.append(f"{name}, CPU against {KEY}, round by round: {said}.")
    every = [its for by in (*rounds.values(), unseen) for its in by.values()]
    widest = {figure: max((max(values) - min(values)) / median(values) for its in every if (values := [getattr(each, figure) for each in its]))
              for figure in ("cpu", "per_second")}
    found.append(f"Rounds of the same load differ by up to {widest['cpu']:.0%} in CPU per request, {widest['per_second']:.0%} in answers per second.")
    return found


def ask(ours: Service, what: Question, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, cookie and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=PATIENCE)
    try:
        connection.request("POST" if what.body else "GET", what.path, what.body or None, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Set-Cookie", ""), answer.read()
    finally:
        connection.close()


def service_key(ours: Service) -> dict[str, str]:
    return bearer(ours.environment["FASTAPI_SECRET_KEY"])


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}
