// `livinglytics import FILE|-`
import App
import ArgumentParser
import Connectors
import Domain
import Ingest
import Storage
import SystemPackage

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imports a file of tables with a row per day.",
        discussion:
            "A table goes in whole, or not at all; all that are taken go in at once, and a refused one ends the command with status 65. "
            + "Importing a file again changes nothing; a changed value is posted as a restatement."
    )

    @Argument(help: "The file, or - for standard input.") var file: String
    @Option(help: "Whose numbers they are: the user's e-mail address.") var user: String
    @Option(help: "Where they come from, such as ga4, instagram or search_console.") var source: String?
    @Option(help: "Which account of the source, where there are several.") var account = ""
    @Option(help: "HEADER=METRIC says what a column is, HEADER= leaves it out. May be given several times.") var map: [String] = []
    @Option(help: "How dates such as 1/2/2026 are read where no other date tells: month-first or day-first.") var dates: DateOrder?
    @Option(help: "How numbers such as 1.234 are read where no other number tells: point or comma, whichever separates the decimals.")
    var decimals: DecimalMark?
    @Flag(help: "Only show what would be posted.") var dryRun = false
    @Flag(help: "Post nothing if one table of the file is refused.") var strict = false
    @Flag(help: "The file is a ledger that `export --entries` wrote as CSV: its entries go in as they are.") var entries = false
    @Flag(help: "The report as JSON.") var json = false

    func run() async throws {
        if entries { return try await restore() }
        guard let source else { throw Failure(.usage, "--source is missing: say where the numbers come from, such as ga4") }
        let options = TableOptions(map: try HeaderMap(map), dates: dates, decimals: decimals)
        let (origin, account) = (try SourceName(source), try AccountRef(account))
        let input = try InputFile(file)
        defer { input.close() }
        try await withDatabase(.ofThisProcess()) { database in
            let found = try await database.user(user)
            let progress = ImportProgress(total: input.size)
            let report = try await Importer(Ledger(database)).importFile(
                named: input.name,
                options: options,
                to: Account(user: found.id, source: origin, ref: account),
                dryRun: dryRun,
                isStrict: strict,
                progress: { progress.show($0) },
                nextChunk: input.nextChunk
            )
            progress.finish(points: report.posting.points)
            if json { Terminal.json(report.json) } else { Terminal.say(report.text) }
            if report.refused > 0 {
                throw Failure(
                    .badData,
                    "\(report.refused) of \(report.tables.count) tables \(report.refused == 1 ? "was" : "were") refused"
                )
            }
        }
    }

    private func restore() async throws {
        if source != nil || !account.isEmpty || !map.isEmpty || dates != nil || decimals != nil || dryRun || strict {
            throw Failure(
                .usage,
                "--entries goes with neither --source, --account, --map, --dates, --decimals, --dry-run nor --strict: the file says all of it"
            )
        }
        let input = try InputFile(file)
        defer { input.close() }
        try await withDatabase(.ofThisProcess()) { database in
            let user = try await database.user(user)
            var entries = EntryFile()
            let report = try await Ledger(database).restore(to: user.id) { try entries.next(nextChunk: input.nextChunk) }
            if json {
                Terminal.json(["entries": .integer(report.read), "written": .integer(report.written)])
            } else {
                Terminal.say("Wrote \(report.written) of \(report.read) entries; the others were there already.")
            }
        }
    }
}

extension DateOrder: ExpressibleByArgument {}
extension DecimalMark: ExpressibleByArgument {}
