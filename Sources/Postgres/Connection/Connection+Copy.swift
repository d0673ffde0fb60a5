// COPY … FROM STDIN, in PostgreSQL's text format.
import CLibPQ

extension Connection {
    /// Sends rows into a table. The source is asked for rows until it has no more; when it throws, the COPY fails as a whole and
    /// its error comes out here. Runs where the caller runs; only bytes are handed to the connection.
    /// - Parameters:
    ///   - statement: `copy t (a, b) from stdin`.
    ///   - limit: for each wait, not for the whole: a long COPY that moves is a good one.
    ///   - nextRow: the fields of the next row in text, nil for NULL; nil at the end.
    /// - Returns: how many rows went in.
    nonisolated package func copyIn(_ statement: SQL, within limit: Duration, nextRow: () async throws -> [String?]?) async throws -> Int {
        try await beginCopy(statement, within: limit)
        var failure: (any Error)?
        do {
            var chunk: [UInt8] = []
            while let row = try await nextRow() {
                CopyText.append(row, to: &chunk)
                if chunk.count >= CopyText.chunkSize {
                    guard try await put(chunk, within: limit) else { break }
                    chunk.removeAll(keepingCapacity: true)
                }
            }
            if !chunk.isEmpty { _ = try await put(chunk, within: limit) }
        } catch {
            failure = error
        }
        do {
            let rows = try await endCopy(failure: failure.map { _ in "the source of the rows failed" }, within: limit)
            guard let failure else { return rows }
            throw failure
        } catch {
            // The server only repeats what it was told: what made the source fail says more.
            throw failure ?? error
        }
    }

    private func beginCopy(_ statement: SQL, within limit: Duration) async throws(PostgresError) {
        let deadline = ContinuousClock.now + limit
        guard statement.parameters.isEmpty else { throw .misuse("COPY takes no parameters") }
        try begin("a COPY", [statement])
        do throws(PostgresError) {
            // By the simple protocol: by the extended one a Sync goes out before the rows, and another one behind them.
            try sent { handle in handle.sendScript(statement.text) }
            try await flush(until: deadline, limit: limit)
            guard try await answer(until: deadline, limit: limit).isCopyingIn else { throw .misuse("not a COPY … FROM STDIN") }
            phase = .copy
        } catch {
            ended(with: error)
            throw error
        }
    }

    /// False when nothing more can be sent: the answer at the end says why.
    private func put(_ chunk: [UInt8], within limit: Duration) async throws(PostgresError) -> Bool {
        let deadline = ContinuousClock.now + limit
        do throws(PostgresError) {
            while true {
                switch handle?.putCopyData(chunk) {
                case .done:
                    try await flush(until: deadline, limit: limit)
                    return true
                case .pending: try await wait(for: .writable, until: deadline, limit: limit)
                case .failed: return false
                case nil: throw lost(after: nil)
                }
            }
        } catch {
            ended(with: error)
            throw error
        }
    }

    private func endCopy(failure: String?, within limit: Duration) async throws(PostgresError) -> Int {
        guard phase == .copy else { throw .cancelled }
        let deadline = ContinuousClock.now + limit
        do throws(PostgresError) {
            var isSent = false
            while !isSent {
                switch handle?.putCopyEnd(failure: failure) {
                case .pending: try await wait(for: .writable, until: deadline, limit: limit)
                case .done, .failed: isSent = true
                case nil: throw lost(after: nil)
                }
            }
            try await flush(until: deadline, limit: limit)
            let rows = try await answer(until: deadline, limit: limit).rows.affected
            phase = .idle
            return rows
        } catch {
            ended(with: error)
            throw error
        }
    }
}
