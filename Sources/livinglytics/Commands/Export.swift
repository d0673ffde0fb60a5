// `livinglytics export`
import App
import ArgumentParser
import Domain
import Reporting
import Storage

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes out all points, or the entries that they are made of.",
        discussion: "To standard output, in the order of metric, source, account and day. Any amount takes little memory."
    )

    @Option(help: "Whose numbers: the user's e-mail address.") var user: String
    @Option(help: "Of this metric only.") var metric: String?
    @Option(help: "Of this source only.") var source: String?
    @Option(help: "Of this account only.") var account: String?
    @Option(help: "The first day; goes with --to.") var from: String?
    @Option(help: "The last day.") var to: String?
    @Option(help: "csv or ndjson.") var format: ExportFormat = .csv
    @Flag(help: "The ledger itself: `livinglytics import --entries` makes the same one of it elsewhere.") var entries = false

    func run() async throws {
        if (from == nil) != (to == nil) { throw Failure(.usage, "--from goes with --to") }
        let days = try from.map { try Days(from: $0, to: to ?? "") }
        let filter = EntryFilter(metric: try metric.map { try MetricName(existing: $0) }, source: source, account: account, days: days)
        let kind: Reporting.Export.Kind = entries ? .entries : .points
        try await withDatabase(.ofThisProcess()) { database in
            let user = try await database.user(user)
            try Terminal.print(format.header(kind.columns))
            var pages = try await Reporting.Export(database).begin(kind, filter, of: user.id)
            while let rows = try await pages.next() { try Terminal.print(format.lines(rows, kind.columns)) }
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}
