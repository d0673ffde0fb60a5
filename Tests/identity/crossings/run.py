"""The order of all attacks, the sending of them, and the look at each answer."""
import collections
import itertools
import random
import threading
import time

from crossings.attacks import Attacks
from crossings.search import found_of, spoken
from walls import Broken, Line

THREADS = 4


def plan(scene, options):
    """All operations by all holders in turn, a try of each kind at a time, so that wherever time ends everything had its share."""
    chance = random.Random(options.seed)
    queues = []
    for holder, (method, path, operation) in itertools.product(scene.holders, scene.operations):
        if (method, path) == ("DELETE", "/v1/session") and holder.headers[:1] and holder.headers[0][0] == "Cookie" and holder.name not in scene.dead:
            # It would be the last request of this holder.
            continue
        attacks = Attacks(scene, holder, method, path, operation, chance)
        for kind in attacks.kinds():
            tries = list(kind)
            chance.shuffle(tries)
            if tries:
                queues.append((holder, collections.deque(tries)))
    chance.shuffle(queues)
    while queues:
        for holder, tries in queues:
            yield holder, tries.popleft()
        queues = [queue for queue in queues if queue[1]]


def attack(scene, options, began):
    lock, planned, statuses, got = threading.Lock(), plan(scene, options), collections.Counter(), []
    counts = collections.Counter()

    def one():
        with lock:
            if counts["asked"] >= options.requests or counts["broken"] > 20 or time.monotonic() - began > options.seconds:
                return None
            return next(planned, None)

    def work(number):
        line, others, home = Line(scene.base, f"127.0.1.{number + 1}"), itertools.count(), random.randrange(20, 250)
        while found := one():
            holder, request = found
            if request.target.startswith("/v1/session") and request.method == "POST":
                # Each address has a few failures only.
                turn = next(others) // 4
                line.close()
                line = Line(scene.base, f"127.{home + number}.{turn // 250 % 250}.{turn % 250 + 1}")
            try:
                answers, finds = examine(line, holder, request)
            except Broken as error:
                with lock:
                    counts["broken"] += 1
                    got.append(f"no answer: {error}")
                continue
            with lock:
                counts["asked"] += len(answers)
                statuses.update(answer.status for answer in answers)
                got.extend(f"{holder.name}: {request.method} {request.target[:200]} {shown(holder, request)} -> {answers[0].status}: {find}" for find in finds)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts["asked"], got, statuses


def shown(holder, request):
    more = [header for header in request.headers if header not in holder.headers]
    return f"{more or ''} {(request.body or b'')[:200]!r}"


def examine(line, holder, request):
    answer = line.ask(request.method, request.target, request.headers, request.body)
    finds = found_of(holder.walled, answer, spoken(request.target, *(f"{name}: {value}" for name, value in request.headers), request.body or ""))
    finds = [f"got {find}" for find in finds]
    if not request.twin:
        return [answer], finds
    its, nobodys = request.twin
    target, body = request.target.replace(its, nobodys), request.body and request.body.replace(its.encode(), nobodys.encode())
    other = line.ask(request.method, target, request.headers, body)
    if plainly(answer, its, nobodys) != plainly(other, its, nobodys):
        finds.append(f"for nobody it is another answer: {other.status} {other.body[:200]} instead of {answer.body[:200]}")
    return [answer, other], finds


def plainly(answer, its, nobodys):
    """What an answer says, whoever is named in it. Of one that is A's own, and may hold a new key, that it was one."""
    if answer.status < 300:
        return answer.status
    kept = sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in ("date", "content-length"))
    return answer.status, kept, answer.body.replace(its.encode(), nobodys.encode())
