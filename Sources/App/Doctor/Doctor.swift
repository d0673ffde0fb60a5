// The brief's first step: print the plan, look at each prerequisite, change nothing.
package import Postgres

package struct Doctor: Sendable {
    private let settings: Settings

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package static let plan = """
        The plan:
          1. look at the settings: DATABASE_URL, SUPABASE_URL, SUPABASE_ANON_KEY, FASTAPI_SECRET_KEY
          2. look at the checkout, the database, its pooler and its schema, and at Supabase Auth
          3. then you run `livinglytics migrate` and `livinglytics serve`
        Nothing is changed now.
        """

    /// Looks at everything that can be looked at.
    package func examine() async throws -> [Finding] {
        var findings = settings.findings(for: .serving)
        if let checkout = await CheckoutFinding.look() { findings.append(checkout) }
        if settings.findings(for: .database).allSatisfy({ $0.verdict != .wrong }) {
            findings += await DatabaseFindings(url: try settings.database()).all()
        }
        if settings.findings(for: .serving).allSatisfy({ $0.verdict != .wrong }) { findings.append(await SignUpFinding.look(settings)) }
        return findings
    }
}

extension Settings {
    /// - Throws: `Failure` 78 with all that is missing or wrong in what the command requires, in one message and in doctor's words.
    package func require(_ requirement: Requirement) throws(Failure) {
        let wrong = findings(for: requirement).filter { $0.verdict == .wrong }
        guard wrong.isEmpty else { throw Failure(.configuration, wrong.map(\.line).joined(separator: "\n")) }
    }

    /// Where the database is, with its certificate if one was given.
    /// - Throws: `Failure` 78 as `require(.database)` does.
    package func database() throws -> ConnectionURL {
        try require(.database)
        let url = try ConnectionURL(self[.databaseURL] ?? "")
        guard let certificate = self[.databaseCACertificate].flatMap(CACertificate.init) else {
            return url.sslRootCertificate.map(url.verifying) ?? url
        }
        return url.verifying(rootCertificate: try certificate.path())
    }
}
