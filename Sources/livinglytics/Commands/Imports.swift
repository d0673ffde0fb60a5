import App
// `livinglytics imports`, `imports show ID`, `imports undo ID`
import ArgumentParser
import Domain
import Reporting
import Storage

struct Imports: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What was imported, corrected and undone; and takes an import back.",
        subcommands: [List.self, Show.self, Undo.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists imports, the newest first.")

        @Option(help: "Whose: the user's e-mail address.") var user: String
        @Option(help: "How many.") var limit = 20
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            guard (1...ImportList.longestPage).contains(limit) else {
                throw Failure(.usage, "--limit: give a number from 1 to \(ImportList.longestPage)")
            }
            try await withDatabase(.ofThisProcess()) { database in
                let user = try await database.user(user)
                let page = try await ImportList(database).page(of: user.id, after: nil, limit: limit)
                if json { return Terminal.json(page.json("imports", \.json)) }
                if page.items.isEmpty { return Terminal.say("Nothing was imported yet.") }
                let rows = page.items.map { row in
                    [
                        row.id, row.startedAt, row.kind, row.undoneBy == nil ? row.status : "undone", "\(row.points)", "\(row.entries)",
                        row.name,
                    ]
                }
                let header = ["id", "started", "kind", "status", "points", "entries", "name"]
                Terminal.say(TextTable(header: header, rows: rows, numbers: ["points", "entries"]).lines.joined(separator: "\n"))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one import as JSON, with its report and its quarantined records.")

        @Argument(help: "The import's id.") var id: String
        @Option(help: "Whose: the user's e-mail address.") var user: String

        func run() async throws {
            let id = try Imports.importID(id)
            try await withDatabase(.ofThisProcess()) { database in
                let user = try await database.user(user)
                guard let row = try await ImportList(database).find(id, of: user.id) else {
                    throw Failure(.usage, UndoError.noImport(id.description).description)
                }
                Terminal.json(row.json)
            }
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes an import back, by entries.",
            discussion:
                "Points that nothing posted later has touched are what they were before it; the others stay, and are listed. Nothing is deleted, and "
                + "an undo can be undone."
        )

        @Argument(help: "The import's id.") var id: String
        @Option(help: "Whose: the user's e-mail address.") var user: String
        @Flag(help: "What was done as JSON.") var json = false

        func run() async throws {
            let id = try Imports.importID(id)
            try await withDatabase(.ofThisProcess()) { database in
                let user = try await database.user(user)
                let report: UndoReport
                do {
                    report = try await Storage.Imports(database).undo(ImportKey(user: user.id, id: id))
                } catch let error as UndoError {
                    throw Failure(.usage, error.description)
                }
                if json { return Terminal.json(report.json) }
                Terminal.say("Took back \(report.restored) points; \(report.leftCount) were posted to later and stay. (\(report.id))")
                for point in report.left { Terminal.say("stays: \(point.metric) of \(point.account) on \(point.day)") }
                if report.leftCount > report.left.count { Terminal.say("and \(report.leftCount - report.left.count) more") }
            }
        }
    }

    fileprivate static func importID(_ text: String) throws(Failure) -> ImportID {
        guard let id = ImportID(text) else { throw Failure(.usage, "\(text.quoted) is no import's id: `livinglytics imports` lists them") }
        return id
    }
}
