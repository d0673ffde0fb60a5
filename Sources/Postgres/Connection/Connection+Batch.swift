// Several statements under one Sync: one round trip, one transaction, and an answer for each.
import CLibPQ

/// What came of one statement of a batch.
enum BatchStep: Sendable {
    case rows(Rows)
    case failed(ServerMessage)
    /// It stood behind one that failed, and was not run.
    case skipped
}

/// What came of a batch: a step for each statement that was answered, and why there are not more.
struct BatchAnswer: Sendable {
    var steps: [BatchStep]
    var failure: PostgresError?
}

extension Connection {
    /// Sends the statements together and reads all answers. Unless they say BEGIN they are one transaction that ends with the Sync;
    /// the first that fails undoes it and skips the rest.
    func batch(_ statements: [SQL], within limit: Duration) async -> BatchAnswer {
        let deadline = ContinuousClock.now + limit
        do throws(PostgresError) {
            try begin("a batch", statements)
        } catch {
            return BatchAnswer(steps: [], failure: error)
        }
        do throws(PostgresError) {
            try sent { handle in
                handle.beginBatch() && statements.allSatisfy { handle.send($0.text, parameters: $0.parameters) } && handle.endBatch()
            }
            try await flush(until: deadline, limit: limit)
            let answer = try await batchSteps(until: deadline, limit: limit)
            phase = .idle
            return answer
        } catch {
            ended(with: error)
            return BatchAnswer(steps: [], failure: error)
        }
    }

    /// Reads up to ReadyForQuery. What was answered before the connection broke is kept.
    /// - Throws: `.deadlineExceeded`, `.cancelled`.
    func batchSteps(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) -> BatchAnswer {
        var steps: [BatchStep] = []
        var firstError: ServerMessage?
        var wasEnd = false
        while true {
            do throws(PostgresError) {
                guard let result = try await nextResult(until: deadline, limit: limit, firstError: firstError) else {
                    // The end of one statement's answer. Twice in a row, libpq has nothing more to say, and would for ever.
                    guard handle?.status == CONNECTION_OK, !wasEnd else { throw lost(after: firstError) }
                    wasEnd = true
                    continue
                }
                wasEnd = false
                switch result.status {
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK: steps.append(.rows(Rows(result)))
                case PGRES_EMPTY_QUERY: steps.append(.rows(.none))
                case PGRES_PIPELINE_ABORTED: steps.append(.skipped)
                case PGRES_PIPELINE_SYNC:
                    guard handle?.leaveBatch() == true else { throw lost(after: firstError) }
                    outstandingSyncs -= 1
                    return BatchAnswer(steps: steps, failure: nil)
                case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw unusable("COPY can't be part of a batch")
                default:
                    if firstError == nil { firstError = result.serverMessage }
                    guard let firstError, handle?.status == CONNECTION_OK else { throw lost(after: firstError) }
                    // A FATAL is the reason of a loss, not the answer of a statement.
                    if firstError.severity == "ERROR" { steps.append(.failed(firstError)) }
                }
            } catch {
                switch error {
                case .connectionLost, .misuse: return BatchAnswer(steps: steps, failure: error)
                case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .server, .gone, .deadlineExceeded, .noConnection,
                    .cancelled,
                    .closed, .decoding:
                    throw error
                }
            }
        }
    }
}
