// An import from its beginning to its end, whatever it is of: on the list while it runs, and with its outcome afterwards.
import Connectors
package import Domain
package import Storage

package struct Importer: Sendable {
    let ledger: Ledger
    let imports: Imports

    package init(_ database: Database) {
        (ledger, imports) = (Ledger(database), Imports(database))
    }

    /// Imports what the source yields.
    /// - Parameters:
    ///   - state: takes the states of a tap, each after all that came before it is committed.
    /// - Throws: `RefusedFile`, `FileError`, `StreamRefusal`, `TooManyQuarantined`, `RepeatedPoint`, `DoubledPoints`, `ImportTooLarge`,
    ///   `StorageError`, `RepeatedRequest`, or what the source throws.
    package func run(
        _ request: ImportRequest,
        from source: ImportSource,
        progress: ImportProgress,
        state: ([UInt8]) throws -> Void = { _ in }
    ) async throws -> ImportReport {
        let key = ImportKey(user: request.user, id: request.id)
        if request.isDryRun { return try await take(request, key, source, progress, state) }
        switch try await imports.begin(key, name: request.name, once: request.once) {
        case .begun: break
        case .done(let id, let report): throw RepeatedRequest.done(id, report)
        case .underWay(let id): throw RepeatedRequest.underWay(id)
        case .otherRequest(let id): throw RepeatedRequest.other(id)
        case .idTaken: throw RepeatedRequest.idTaken(key.id)
        }
        do {
            let report = try await beating(key, progress) { try await take(request, key, source, progress, state) }
            // It is posted: that its size is missing from the list is no failure.
            do { try await imports.advance(key, bytes: progress.now.bytes, rows: progress.now.rows) } catch {}
            return report
        } catch {
            await recordFailure(key, error, progress.now)
            throw error
        }
    }

    private func take(
        _ request: ImportRequest,
        _ key: ImportKey,
        _ source: ImportSource,
        _ progress: ImportProgress,
        _ state: ([UInt8]) throws -> Void
    ) async throws -> ImportReport {
        if try await isStream(request, source) {
            var stream = StreamImport(request, key, source, progress, self)
            return try await stream.run(state)
        }
        return try await importFile(request, key, source, progress)
    }

    private func isStream(_ request: ImportRequest, _ source: ImportSource) async throws -> Bool {
        switch request.format {
        case .singer: true
        case .table, .layout, .ndjson: false
        case nil: SingerReader.begins(try await source.firstLine())
        }
    }

    /// Says meanwhile, again and again, that the import lives.
    private func beating<R>(_ key: ImportKey, _ progress: ImportProgress, _ body: () async throws -> R) async throws -> R {
        let beats = Task {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Imports.heartbeat)
                    let now = progress.now
                    try await imports.advance(key, bytes: now.bytes, rows: now.rows)
                } catch {
                    // Ended, or a beat was missed, of which there are many: the next one makes up for it.
                }
            }
        }
        defer { beats.cancel() }
        return try await body()
    }

    /// In a task of its own: whoever asked may have gone, and with him the task that this runs in.
    private func recordFailure(_ key: ImportKey, _ error: any Error, _ now: ImportProgress.State) async {
        let why = error is CancellationError ? "whoever sent it has gone" : "\(error)"
        let imports = imports
        await Task {
            // If even that fails the list says so by itself, as soon as the import is silent for long enough.
            do {
                try await imports.advance(key, bytes: now.bytes, rows: now.rows)
                try await imports.fail(key, why)
            } catch {}
        }.value
    }
}

/// The key of a request stands for one that was made before.
package enum RepeatedRequest: Error, Sendable {
    case done(ImportID, JSON)
    case underWay(ImportID)
    case other(ImportID)
    /// Somebody gave an id that another import has.
    case idTaken(ImportID)
}
