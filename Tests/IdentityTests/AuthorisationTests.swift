// Who may do what, written out once more: a change of the table has to be made here, too.
import Identity
import Testing

@Suite struct AuthorisationTests {
    /// The columns of `rows`.
    private static let columns: [Kind] = [.serviceKey, .owner, .viewer, .readingKey, .writingKey, .nobody]

    /// Each route, and an `x` for each of the service key, an owner, a viewer, a key that reads, a key that writes, and nobody, who may.
    private static let rows = [
        ("GET /v1/health/liveness", "xxxxxx"),
        ("GET /v1/health/readiness", "xxxxxx"),
        ("GET /openapi.json", "xxxxxx"),
        ("GET /docs", "xxxxxx"),
        ("GET /", "xxxxxx"),
        ("POST /v1/dev/seed-user", "x-----"),
        ("PUT /v1/metadata/{name}", "x-----"),
        ("GET /v1/dashboard/tiles", "xxxx--"),
        ("POST /v1/query", "xxxx--"),
        ("GET /v1/metadata", "xxxx--"),
        ("GET /v1/entries", "xxxx--"),
        ("GET /v1/revisions", "xxxx--"),
        ("GET /v1/export", "xxxx--"),
        ("GET /v1/imports", "xxxx--"),
        ("GET /v1/imports/{id}", "xxxx--"),
        ("POST /v1/entries", "xx--x-"),
        ("POST /v1/imports", "xx--x-"),
        ("POST /v1/imports/{id}/undo", "xx--x-"),
        ("GET /v1/keys", "xx----"),
        ("POST /v1/keys", "xx----"),
        ("DELETE /v1/keys/{id}", "xx----"),
        ("POST /v1/members", "-xx---"),
        ("GET /v1/session", "-xxxx-"),
        ("POST /v1/session", "xxxxxx"),
        // By the cookie alone, whatever it was made from: that is for the gatekeeper to see.
        ("DELETE /v1/session", "-xxxx-"),
    ]

    @Test(arguments: rows)
    func letsIn(route: String, marks: String) throws {
        let access = try #require(Authorisation.table[route])
        let allowed = zip(Self.columns, marks).filter { $0.1 == "x" }.map { $0.0 }
        #expect(marks.count == Self.columns.count)
        #expect(access.kinds == Set(allowed))
    }

    @Test func everyRouteAndEveryKindOfCallerIsLookedAt() {
        #expect(Self.rows.map { $0.0 }.sorted() == Authorisation.table.keys.sorted())
        #expect(Set(Self.columns) == Set(Kind.allCases))
    }

    /// What no credential is looked at for is a closed list: a route that is let in here by mistake is open to the world.
    @Test func nothingElseIsOpen() {
        let open = Authorisation.table.filter { $0.value == .open }.keys.sorted()
        #expect(
            open == [
                "GET /", "GET /docs", "GET /openapi.json", "GET /v1/health/liveness", "GET /v1/health/readiness", "POST /v1/session",
            ]
        )
    }

    @Test func onlyTheCookieEndsItsSessionAndOnlyAPersonIsInvited() {
        #expect(Authorisation.table.filter { $0.value == .session }.map { $0.key } == ["DELETE /v1/session"])
        #expect(Authorisation.table.filter { $0.value == .person }.map { $0.key } == ["POST /v1/members"])
    }

    @Test func nobodyIsLetInWhereACredentialIsAskedFor() {
        for access in Access.allCases where access != .open {
            #expect(!access.kinds.contains(.nobody), "\(access)")
        }
    }
}
