// `livinglytics import FILE|-`
import App
import ArgumentParser
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
    @Option(help: "Which account of the source, where there are several.") var account: String?
    @Option(help: "What the file is, where its content does not tell: \(ImportFormat.names.joined(separator: ", ")).") var format: String?
    @Option(help: "HEADER=METRIC says what a column is, HEADER= leaves it out. May be given several times.") var map: [String] = []
    @Option(help: "A YAML file that says which fields of a tap's streams make points.") var mapFile: String?
    @Option(help: "How dates such as 1/2/2026 are read where no other date tells: month-first or day-first.") var dates: String?
    @Option(help: "How numbers such as 1.234 are read where no other number tells: point or comma, whichever separates the decimals.")
    var decimals: String?
    @Option(help: "What money is in, such as EUR, where the file does not say.") var currency: String?
    @Option(help: "A column, such as device, whose rows are added up to each day's total. May be given several times.") var collapse:
        [String] = []
    @Flag(help: "Withdraw the same days' values that were posted without an account.") var takeOver = false
    @Flag(help: "Only show what would be posted.") var dryRun = false
    @Flag(help: "Post nothing if one table of the file is refused.") var strict = false
    @Option(help: "How many records of a tap may be quarantined before the import ends.") var quarantineLimit = 100
    @Flag(help: "The file is a ledger that `export --entries` wrote as CSV: its entries go in as they are.") var entries = false
    @Flag(help: "The report as JSON.") var json = false

    func run() async throws {
        if entries { return try await restore() }
        let options = try options()
        let input = try InputFile(file)
        defer { input.close() }
        // Before anything is asked: a slip in an option needs no database.
        _ = try request(options, UserID.nobody, input.name)
        try await withDatabase(.ofThisProcess()) { database in
            let progress = ImportProgress()
            let request = try request(options, try await database.user(user).id, input.name)
            let display = ImportDisplay(progress, total: input.size)
            let source = ImportSource(progress: progress) { [input] in try await input.nextChunk() }
            let report: ImportReport
            do {
                report = try await input.untilTerminated {
                    try await Importer(database).run(request, from: source, progress: progress) { state in
                        try Terminal.print(String(decoding: state, as: UTF8.self) + "\n")
                    }
                }
            } catch {
                display.end()
                if let refusal = ImportRefusal(error) { throw Failure(.badData, refusal.description) }
                throw error
            }
            display.finish(points: report.posting.points)
            show(report)
            if !report.isWhole { throw Failure(.badData, report.shortfall) }
        }
    }

    private func options() throws -> ImportOptions {
        var options = ImportOptions()
        (options.map, options.collapse, options.source, options.account) = (map, collapse, source, account)
        (options.format, options.dates, options.decimals, options.currency) = (format, dates, decimals, currency)
        (options.takesOver, options.isDryRun, options.isStrict) = (takeOver, dryRun, strict)
        options.quarantineLimit = quarantineLimit
        options.streamMap = try mapFile.map { try InputFile.text($0) }
        return options
    }

    private func request(_ options: ImportOptions, _ user: UserID, _ name: String) throws(Failure) -> ImportRequest {
        do throws(ImportOptionError) {
            return try options.request(for: user, name: name)
        } catch {
            let option = error.option == "stream_map" ? "map-file" : error.option.replacing("_", with: "-")
            throw Failure(.usage, "--\(option): \(error.description)")
        }
    }

    /// A tap's standard output is for its states: there the report goes beside it.
    private func show(_ report: ImportReport) {
        let text = json ? String(decoding: report.json.encoded(.pretty), as: UTF8.self) : report.text
        if report.isStream { Terminal.note(text) } else { Terminal.say(text) }
    }

    private func restore() async throws {
        guard try options().isEmpty else {
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
