// What the pool asks a connection for: an answer and the connection's state behind it, in one visit.

/// The answer, and whether the connection can be lent again. One that can't may still be settling.
struct Exchange<Answer: Sendable>: Sendable {
    var result: Result<Answer, PostgresError>
    var isSound: Bool
}

/// The answers of reads that went out together.
struct ReadAnswers: Sendable {
    /// Fewer than there were reads when something went wrong.
    var answers: [SharedRead.Ending]
    var failure: PostgresError?
    var isSound: Bool
}

extension Connection {
    func answer(to sql: SQL, within limit: Duration) async -> Exchange<Rows> {
        await exchange { () throws(PostgresError) in try await query(sql, within: limit) }
    }

    func answer(to statements: [SQL], under settings: TransactionSettings, within limit: Duration) async -> Exchange<[Rows]> {
        await exchange { () throws(PostgresError) in try await transaction(statements, under: settings, within: limit) }
    }

    private func exchange<R: Sendable>(_ body: () async throws(PostgresError) -> R) async -> Exchange<R> {
        let result: Result<R, PostgresError>
        do throws(PostgresError) { result = .success(try await body()) } catch { result = .failure(error) }
        return Exchange(result: result, isSound: isSound)
    }

    /// A read on its own, as guarded as those that share.
    func answer(toRead sql: SQL, within limit: Duration) async -> Exchange<Rows> {
        let done = await answers(toReads: [sql], within: limit)
        switch done.answers.first {
        case .answered(let result)?: return Exchange(result: result, isSound: done.isSound)
        case .spoilt?, nil:
            let failure = done.failure ?? .misuse("a read got no answer")
            return Exchange(result: .failure(failure), isSound: done.isSound)
        }
    }

    /// Reads that share a Sync. Without BEGIN all of it is one transaction that needs no ROLLBACK; what is said first forbids it to write.
    func answers(toReads statements: [SQL], within limit: Duration) async -> ReadAnswers {
        // In case our request to cancel does not get through.
        let serverLimit = (limit + .seconds(1)).milliseconds
        let deadline = ContinuousClock.now + limit
        let guarded: SQL = "select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', \(serverLimit), true)"
        let done = await batch([guarded] + statements, within: limit)
        var failure = done.failure
        // With the guard nothing was run: whoever is alone hears why, others each find out.
        if case .failed(let message)? = done.steps.first, failure == nil { failure = .server(message) }
        let answers = done.steps.dropFirst().map { step -> SharedRead.Ending in
            switch step {
            case .rows(let rows): .answered(.success(rows))
            // The server's own limit was quicker than we were. Of several reads it is that of the most impatient.
            case .failed(let message) where message.condition == .stopped && ContinuousClock.now >= deadline:
                statements.count > 1 ? .spoilt : .answered(.failure(.deadlineExceeded(limit)))
            case .failed(let message): .answered(.failure(.server(message)))
            case .skipped: .spoilt
            }
        }
        return ReadAnswers(answers: answers, failure: failure, isSound: isSound)
    }
}
