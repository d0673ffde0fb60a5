// Reads that wait in the same moment share a connection and a round trip.
import Synchronization

extension Pool {
    /// Runs one statement that only reads. Under load it goes out together with others, in a transaction that may write nothing (25006); an
    /// error of theirs is never seen here. It may be run twice: alone after a neighbour failed or took too long, and once more after the
    /// connection was lost.
    /// It may wait for a connection for `acquireLimit` each time.
    /// - Parameter limit: for the answer, each time that it is asked. A second more is the server's own limit for the statement.
    /// - Throws: as `query` does.
    package func read(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        try await read(sql, within: limit, waitingUntil: .now + configuration.acquireLimit)
    }

    /// - Parameter deadline: for a connection.
    func read(
        _ sql: SQL,
        within limit: Duration?,
        waitingUntil deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Rows {
        let limit = limit ?? configuration.queryLimit
        while true {
            switch await share(sql, within: limit, waitingUntil: deadline) {
            case .answered(.failure(.gone)) where ContinuousClock.now < deadline: continue
            case .answered(let result): return try result.get()
            case .spoilt: return try await onOne { connection in await connection.answer(toRead: sql, within: limit) }
            }
        }
    }

    private func share(_ sql: SQL, within limit: Duration, waitingUntil deadline: ContinuousClock.Instant) async -> SharedRead.Ending {
        let waiter = shared.withLock { $0.makeID() }
        let read = SharedRead(sql, within: limit)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                read.wait(continuation)
                carryOut(shared.withLock { $0.ask(waiter, .sharing(read), until: deadline, isCancelled: Task.isCancelled) })
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
        unfinished.begin()
        flight.start { [self] in
            defer { unfinished.end() }
            let limit = reads.map(\.limit).min() ?? configuration.queryLimit
            let done = await lease.connection.answers(toReads: reads.map(\.sql), within: limit)
            release(lease, isSound: done.isSound)
            for (index, read) in reads.enumerated() {
                read.finish(index < done.answers.count ? done.answers[index] : .notAnswered(done.failure, isAlone: reads.count == 1))
            }
        }
    }
}

extension SharedRead.Ending {
    /// What becomes of a read that got no answer. Whose fault that was shows when each is asked alone.
    fileprivate static func notAnswered(_ failure: PostgresError?, isAlone: Bool) -> SharedRead.Ending {
        switch failure {
        case .gone?, .cancelled?: .answered(.failure(failure ?? .cancelled))
        case let failure? where isAlone && failure.retry != .ifIdempotent: .answered(.failure(failure))
        case nil, .invalidURL?, .unreachable?, .untrusted?, .unusable?, .refused?, .server?, .connectionLost?, .deadlineExceeded?,
            .noConnection?, .closed?, .decoding?, .misuse?:
            .spoilt
        }
    }
}
