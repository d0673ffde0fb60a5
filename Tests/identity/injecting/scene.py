"""A user made for the injections, a bystander, and the places of all operations."""
import uuid
from urllib.parse import quote

from injecting.database import OURS
from injecting.places import Places
from walls import Line, Operator, People, bearer, new_key


class Scene:
    """The user made for this, its credentials, and the places that there are."""

    def __init__(self, options, database):
        self.base, self.operator = options.base, Operator(options.base, options.key)
        self.run = uuid.uuid4().hex[:8]
        self.email = f"injected.{self.run}@clients.test"
        self.bystander = f"bystander.{self.run}@clients.test"
        for email in (self.bystander, self.email):
            self.operator("POST", f"/v1/dev/seed-user?email={quote(email)}")
            table = b"date,sessions,reach\n2026-01-01,7,8\n2026-01-02,9,10\n"
            self.imported = self.operator("POST", f"/v1/imports?user={quote(email)}&source=ga4&account=main", table).json["import_id"]
        self.user = database.rows(f"select id from public.users where email = '{self.email}' {OURS}")[0][0]
        self.api_key = new_key(self.operator, self.email, "injected", True, True)["key"]
        self.spare = new_key(self.operator, self.email, "spare", True, False)["id"]
        self.token = People(options.supabase).new(f"injected.{self.run}@people.test")
        # Whoever signs in first gets a workspace: before the picture is taken, not after.
        self.session = self.operator("POST", "/v1/session", {"api_key": self.api_key}, headers=[]).header("Set-Cookie").split(";")[0].split("=", 1)[1]
        self.operator("GET", "/v1/session", headers=bearer(self.token))
        Line(self.base).ask("GET", "/v1/entries", bearer(self.token))
        self.docs = self.operator("GET", "/docs").body
        self.document = self.operator("GET", "/openapi.json").json
        self.counts = database.own()
        self.slots = [slot for path, item in self.document["paths"].items() for method, operation in item.items()
                      for slot in Places(self, method.upper(), path, operation).slots()]
