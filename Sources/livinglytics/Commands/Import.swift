// `livinglytics import FILE|-`
import App
import ArgumentParser
import Connectors
import Domain
import Ingest
import Storage

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imports a file of daily numbers, or what a Singer tap sends.",
        discussion:
            "A table goes in whole, or not at all; all that are taken go in at once, and a refused one ends the command with status 65. "
            + "Importing a file again changes nothing; a changed value is posted as a restatement. The states of a tap go to standard output, each "
            + "after all that came before it is committed."
    )

    @Argument(help: "The file, or - for standard input.") var file: String
    @Option(help: "Whose numbers they are: the user's e-mail address.") var user: String
    @Option(help: "Where they come from, such as ga4, instagram or search_console, where the file does not say.") var source: String?
    @Option(help: "Which account of the source, where there are several.") var account = ""
    @Option(help: "What the file is, where its content does not tell: \(ImportFormat.names.joined(separator: ", ")).") var format: ImportFormat?
    @Option(help: "HEADER=METRIC says what a column is, HEADER= leaves it out. May be given several times.") var map: [String] = []
    @Option(help: "A TOML or YAML file that says which fields of a tap's streams make points.") var mapFile: String?
    @Option(help: "How dates such as 1/2/2026 are read where no other date tells: month-first or day-first.") var dates: DateOrder?
    @Option(help: "How numbers such as 1.234 are read where no other number tells: point or comma, whichever separates the decimals.")
    var decimals: DecimalMark?
    @Option(help: "What money is in, such as EUR, where the file does not say.") var currency: String?
    @Option(help: "A column, such as device, whose rows are added up to each day's total. May be given several times.") var collapse: [String] = []
    @Flag(help: "Withdraw the same days' values that were posted without an account.") var takeOver = false
    @Flag(help: "Only show what would be posted.") var dryRun = false
    @Flag(help: "Post nothing if one table of the file is refused.") var strict = false
    @Option(help: "How many records of a tap may be quarantined before the import ends.") var quarantineLimit = 100
    @Flag(help: "The file is a ledger that `export --entries` wrote as CSV: its entries go in as they are.") var entries = false
    @Flag(help: "The report as JSON.") var json = false

    func run() async throws {
        if entries { return try await restore() }
        let input = try InputFile(file)
        defer { input.close() }
        let settings = try request(input.name)
        try await withDatabase(.ofThisProcess()) { database in
            let progress = ImportProgress()
            let display = ImportDisplay(progress, total: input.size)
            let source = ImportSource(progress: progress) { [input] in try await input.nextChunk() }
            let report: ImportReport
            do {
                let request = settings(try await database.user(user).id)
                report = try await input.untilTerminated {
                    try await Importer(database).run(request, from: source, progress: progress) { state in
                        try Terminal.print(String(decoding: state, as: UTF8.self) + "\n")
                    }
                }
            } catch {
                display.end()
                throw error
            }
            display.finish(points: report.posting.points)
            show(report)
            if !report.isWhole { throw Failure(.badData, report.shortfall) }
        }
    }

    /// What was asked for, but for whom.
    private func request(_ name: String) throws -> (UserID) -> ImportRequest {
        if let currency, !Money.isCurrency(currency) { throw Failure(.usage, "--currency: \(currency.quoted) is no currency (ISO 4217), such as EUR") }
        if quarantineLimit < 0 { throw Failure(.usage, "--quarantine-limit: give 0 or more") }
        var options = TableOptions(map: try HeaderMap(map), dates: dates, decimals: decimals, currency: currency)
        options.collapse = CollapsedColumns(collapse)
        options.source = try source.map { try SourceName($0) }
        let account = try AccountRef(account)
        let map = try mapFile.map { try StreamMap(reading: try InputFile.text($0)) } ?? .none
        return { user in
            var request = ImportRequest(user: user, name: name)
            (request.options, request.account, request.format, request.map) = (options, account, format, map)
            (request.isDryRun, request.isStrict, request.takesOver) = (dryRun, strict, takeOver)
            request.quarantineLimit = quarantineLimit
            return request
        }
    }

    /// A tap's standard output is for its states: there the report goes beside it.
    private func show(_ report: ImportReport) {
        let text = json ? String(decoding: report.json.encoded(.pretty), as: UTF8.self) : report.text
        if report.streams.isEmpty { Terminal.say(text) } else { Terminal.note(text) }
    }

    private func restore() async throws {
        let others = source != nil || !account.isEmpty || format != nil || !map.isEmpty || mapFile != nil || dates != nil || decimals != nil
        if others || currency != nil || !collapse.isEmpty || takeOver || dryRun || strict {
            throw Failure(.usage, "--entries goes with --user and --json alone: the file says all of it")
        }
        let input = try InputFile(file)
        defer { input.close() }
        try await withDatabase(.ofThisProcess()) { database in
            let user = try await database.user(user)
            var entries = EntryFile()
            let report = try await Ledger(database).restore(to: user.id) { try await entries.next { try await input.nextChunk() } }
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

extension ImportFormat: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
