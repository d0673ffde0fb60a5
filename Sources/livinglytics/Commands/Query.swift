// `livinglytics query METRIC …`
import App
import ArgumentParser
import Domain
import Reporting
import Storage

struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers a question about metrics.",
        discussion: """
            The same question as POST /v1/query, in the same words. A number that would be wrong is left out, and the reason stands beside it.

              livinglytics query sessions engagement_rate --user demo@livinglytics.app --date-range 28d --compare previous_period
            """
    )

    @Argument(help: "The metrics: declared names, or any name that has points.") var metrics: [String]
    @Option(help: "Whose numbers: the user's e-mail address.") var user: String
    @Option(help: "28d, day, week, month, quarter, year, all, or two days: 2026-01-01,2026-01-31.") var dateRange = "28d"
    @Option(help: "A series by day, week, month or year.") var interval: Interval?
    @Option(help: "Tell apart by source, account, or both: may be given twice.") var groupBy: [MetricQuery.Group] = []
    @Option(help: "previous_period, previous_year, or two days.") var compare: String?
    @Flag(help: "Compare Mondays with Mondays.") var matchWeekday = false
    @Option(help: "What was known then: 2026-02-01T00:00:00Z.") var asOf: String?
    @Option(help: "Where \"today\" is, such as Europe/Berlin.") var timeZone = "UTC"
    @Flag(help: "Show which of these days changed, before and after, and by what.") var explain = false
    @Option(help: "With --explain: changed since when. Left out: since the day after the last one asked about.") var since: String?
    @Flag(help: "As JSON, as POST /v1/query answers.") var json = false
    @Flag(help: "As CSV.") var csv = false

    func run() async throws {
        if since != nil, !explain { throw Failure(.usage, "--since goes with --explain") }
        if csv, explain { throw Failure(.usage, "--explain is a table or, with --json, JSON") }
        if json, csv { throw Failure(.usage, "give --json or --csv, not both") }
        let query = try question()
        try await withDatabase(.ofThisProcess()) { database in
            let user = try await database.user(user)
            let answer: QueryAnswer
            do {
                answer = try await Queries(database).answer(query, for: user.id)
            } catch let problem as QueryProblem {
                throw Failure(.usage, "\(problem.option): \(problem)")
            }
            if explain {
                try await explain(query, answer, user.id, database)
            } else if json {
                Terminal.json(answer.json)
            } else if csv {
                try Terminal.print(answer.csv)
            } else {
                Terminal.say(answer.text)
            }
        }
    }

    private func explain(_ query: MetricQuery, _ answer: QueryAnswer, _ user: UserID, _ database: Database) async throws {
        let dayAfter = answer.query.days.upperBound.adding(days: 1) ?? answer.query.days.upperBound
        let text = since ?? "\(dayAfter)T00:00:00Z"
        let span = Span(since: try Self.moment("--since", text), until: query.asOf)
        var revisions: [Revision] = []
        for metric in answer.sources {
            let filter = EntryFilter(metric: metric, days: answer.query.days)
            revisions += try await Revisions(database).all(filter, of: user, in: span)
        }
        if json { return Terminal.json(.array(revisions.map(\.json))) }
        let days = "\(answer.query.days.lowerBound) to \(answer.query.days.upperBound)"
        Terminal.say(
            revisions.isEmpty
                ? "Nothing changed in \(days) since \(text)." : "What changed in \(days) since \(text):\n\n\(revisions.text)"
        )
    }

    private func question() throws -> MetricQuery {
        MetricQuery(
            metrics: try metrics.map { try MetricName(existing: $0) },
            range: try Self.days(dateRange).map { .days($0) } ?? DateRange(dateRange),
            interval: interval,
            groups: Set(groupBy),
            comparison: try compare.map(Self.comparison),
            matchWeekday: matchWeekday,
            asOf: try asOf.map { try Self.moment("--as-of", $0) },
            timeZone: try TimeZoneName(timeZone)
                ?? { throw Failure(.usage, "--time-zone: \(timeZone.quoted) is no name such as Europe/Berlin") }()
        )
    }

    private static func moment(_ option: String, _ text: String) throws(Failure) -> Moment {
        guard let moment = Moment(text) else {
            throw Failure(.usage, "\(option): \(text.quoted) is no moment such as 2026-02-01T00:00:00Z")
        }
        return moment
    }

    private static func comparison(_ text: String) throws -> Comparison {
        switch text {
        case "previous_period": return .previousPeriod
        case "previous_year": return .previousYear
        default:
            guard let days = try days(text) else {
                throw Failure(.usage, "--compare: \(text.quoted) is neither previous_period nor previous_year nor two days")
            }
            return .days(days)
        }
    }

    /// Two days with a comma between them; nil for anything without one.
    private static func days(_ text: String) throws(RangeError) -> Days? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        return parts.count == 2 ? try Days(from: String(parts[0]), to: String(parts[1])) : nil
    }
}

extension Interval: ExpressibleByArgument {}
extension MetricQuery.Group: ExpressibleByArgument {}

extension QueryProblem {
    /// The member of the question as the command line spells it.
    fileprivate var option: String {
        field.hasPrefix("metrics") ? "METRIC" : "--" + field.replacing("_", with: "-")
    }
}
