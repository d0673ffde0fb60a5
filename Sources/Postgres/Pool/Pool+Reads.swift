// Reads that wait in the same moment share a connection and a round trip.
import Synchronization

extension Pool {
    /// Runs one statement that only reads. Under load it goes out together with others, in a transaction that may write nothing (25006); an
    /// error of theirs is never seen here. It may be run twice: alone after a neighbour failed, and once more after the connection
    /// was lost.
    /// - Parameter limit: for the answer, once there is a connection. It is also the server's own limit for the statement.
    /// - Throws: as `query` does.
    package func read(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        let limit = limit ?? configuration.queryLimit
        let deadline = ContinuousClock.now + configuration.acquireLimit
        while true {
            switch await share(sql, within: limit) {
            case .answered(.failure(.gone)) where ContinuousClock.now < deadline: continue
            case .answered(let result): return try result.get()
            case .spoilt: return try await query(sql, within: limit)
            }
        }
    }

    private func share(_ sql: SQL, within limit: Duration) async -> SharedRead.Ending {
        let waiter = shared.withLock { $0.makeID() }
        let read = SharedRead(sql, within: limit)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                read.wait(continuation)
                carryOut(shared.withLock { $0.ask(waiter, .sharing(read), isCancelled: Task.isCancelled) })
            }
        } onCancel: {
            withdraw(waiter)
            read.leave()
        }
    }

    /// Sends the reads out together. What was not answered is told why, or repeated alone by whoever asked.
    func fly(_ reads: [SharedRead], on lease: Lease) {
        let flight = SharedWork(waiting: reads.count)
        for read in reads { read.board(flight) }
        flight.start { [self] in
            let limit = reads.map(\.limit).min() ?? configuration.queryLimit
            let done = await lease.connection.answers(toReads: reads.map(\.sql), within: limit)
            release(lease, isSound: done.isSound)
            for (index, read) in reads.enumerated() {
                read.finish(index < done.answers.count ? done.answers[index] : .notAnswered(done.failure, by: limit, read, of: reads.count))
            }
        }
    }
}

extension SharedRead.Ending {
    /// What becomes of a read that got no answer.
    fileprivate static func notAnswered(
        _ failure: PostgresError?,
        by limit: Duration,
        _ read: SharedRead,
        of count: Int
    ) -> SharedRead.Ending {
        switch failure {
        // A neighbour failed before it.
        case nil: .spoilt
        case .deadlineExceeded? where limit < read.limit: .spoilt
        case .connectionLost?: .spoilt
        case .gone(let words)?: .answered(.failure(.gone(words)))
        case .deadlineExceeded?: .answered(.failure(.deadlineExceeded(read.limit)))
        case .cancelled?: .answered(.failure(.cancelled))
        case let failure?: count == 1 ? .answered(.failure(failure)) : .spoilt
        }
    }
}
