// A file of tables into the ledger, in one posting.
package import Connectors
import Domain
import Storage

/// A file of which nothing is posted: it has no table that can be, or is to be posted as a whole.
package struct RefusedFile: Error, Sendable, CustomStringConvertible {
    package let tables: [FileTable]

    package var description: String {
        let refusals = tables.compactMap(\.refusal)
        return tables.count == 1 ? "\(refusals[0].reason)" : refusals.map { "\($0.place): \($0.reason)" }.joined(separator: "\n")
    }
}

extension Importer {
    /// A table is the unit: all of it or, on any error, nothing of it. All accepted tables go in at once.
    func importFile(
        _ request: ImportRequest,
        _ key: ImportKey,
        _ source: ImportSource,
        _ progress: ImportProgress
    ) async throws -> ImportReport {
        var points = FilePoints(request, source, progress)
        // Nothing is open in the database while a file of usual size is read.
        try await points.readAhead()
        let provenance = Provenance(importID: key.id, name: request.name, meta: ["file": .string(request.name)])
        var rules = request.rules
        rules.mayRepeat = points.mayRepeat
        func report(_ posting: PostingReport) -> ImportReport {
            ImportReport(importID: key.id, isDryRun: request.isDryRun, tables: points.tables ?? [], posting: posting)
        }
        let posting = try await ledger.post(for: request.user, from: provenance, rules, report: { report($0).json }) {
            try await points.next()
        }
        return report(posting)
    }
}
