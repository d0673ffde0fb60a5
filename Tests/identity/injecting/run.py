"""Which payload goes where, and the sending of them."""
import collections
import itertools
import random
import threading
import time

from injecting.effects import effects_of
from injecting.payloads import payloads
from walls import Broken, Line

THREADS = 3


def plan(scene, options, chance):
    """Each place in turn gets the next of both lists, so that all of both come up, and every place has some of each; a header of each operation less often."""
    lists = payloads(chance)
    print(f"{len(lists[0])} payloads of sqlmap's lists, {len(lists[1])} others, {len(scene.slots)} places")
    for one in lists:
        chance.shuffle(one)
    endless = [itertools.cycle(one) for one in lists]
    while True:
        order = [slot for slot in scene.slots if not slot.is_header or chance.random() < 0.2]
        chance.shuffle(order)
        for slot, one in itertools.product(order, endless):
            yield slot, next(one)


class Run:
    """Sends what was planned, until there was enough of it, and looks at each answer."""

    def __init__(self, scene, planned, ends, requests):
        self.scene, self.planned, self.ends, self.requests = scene, planned, ends, requests
        self.lock, self.statuses, self.effects, self.asked, self.slowest = threading.Lock(), collections.Counter(), [], 0, (0, "")
        self.texts, self.declared, self.made = set(), set(), collections.Counter()

    def go(self):
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def next(self):
        with self.lock:
            if self.asked >= self.requests or len(self.effects) > 500 or time.monotonic() > self.ends:
                return None
            self.asked += 1
            return next(self.planned)

    def work(self, number):
        line, home = Line(self.scene.base), random.randrange(20, 250)
        for turn in itertools.count():
            found = self.next()
            if not found:
                line.close()
                return
            slot, text = found
            if turn % 8 == 0:
                # Sign-ins fail here, and each address may fail a few times only.
                line.close()
                line = Line(self.scene.base, f"127.{home}.{turn // 8 // 250 % 250}.{number * 60 + turn // 8 % 60 + 1}")
            method, target, headers, body = slot.make(text)
            began = time.monotonic()
            try:
                answer = line.ask(method, target, headers, body)
                effects, surplus = effects_of(answer, text, self.scene.docs), line.surplus()
                effects += [f"more than one answer: {surplus[:80]!r}"] if surplus else []
            except Broken as error:
                answer, effects = None, [f"no answer: {error}"]
            with self.lock:
                self.note(slot, text, target, answer, effects, time.monotonic() - began)

    def note(self, slot, text, target, answer, effects, seconds):
        self.texts |= {text, text.strip()}
        self.effects += [f"{slot.name}: {text[:160]!r}: {effect}" for effect in effects]
        self.slowest = max(self.slowest, (seconds, slot.name))
        if not answer:
            return
        self.statuses[answer.status] += 1
        operation = slot.name.split(" ")[:2]
        if operation == ["POST", "/v1/dev/seed-user"] and answer.status == 200 and answer.json["created"]:
            self.made["user"] += 1
        if operation == ["PUT", "/v1/metadata/{name}"] and answer.status in (200, 201):
            self.declared.add(answer.json["name"])
        kind = {"/v1/entries": "correction", "/v1/imports": "import", "/v1/imports/{id}/undo": "undo", "/v1/keys": "key"}.get(operation[1])
        if operation[0] == "POST" and answer.status == 201 and kind:
            self.made[kind] += 1
