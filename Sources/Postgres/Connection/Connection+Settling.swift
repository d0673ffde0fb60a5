// When a caller goes away in the middle of a statement: it is stopped on the server too, and the connection is proven or dropped.
import CLibPQ

extension Connection {
    /// How long all of it may take.
    private static let settlingLimit = Duration.seconds(1)

    /// Ends what is under way, for a caller that no longer waits. Returns at once; `settled` tells how it went.
    func leave() {
        let wasCopying = phase == .copy
        phase = .settling
        settlements += 1
        settling = Task { await settle(keeping: !wasCopying) }
    }

    /// Waits until nothing is left of what a caller left behind. False when the connection is of no more use.
    package func settled() async -> Bool {
        await settling?.value
        return isSound
    }

    /// A pooler forgets whom to stop as soon as its client hangs up: the socket stays until the request to cancel was delivered.
    private func settle(keeping isWorthIt: Bool) async {
        let limit = Self.settlingLimit
        let deadline = ContinuousClock.now + limit
        do throws(PostgresError) {
            if handle?.transactionStatus == PQTRANS_ACTIVE, let canceller = handle?.makeCanceller() {
                try await blocking(until: deadline, limit: limit) { canceller.sendBlocking() }
            }
            guard isWorthIt else { throw .cancelled }
            try await drain(until: deadline, limit: limit)
            if handle?.transactionStatus != PQTRANS_IDLE { _ = try await send("rollback", until: deadline, limit: limit) }
            // A request to cancel that came late would meet this.
            _ = try await send("select 1", until: deadline, limit: limit)
            phase = .idle
        } catch {
            handle = nil
        }
        settling = nil
    }

    /// Takes in what is still to come, up to ReadyForQuery.
    private func drain(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) {
        guard outstandingSyncs > 0 else { return }
        try await flush(until: deadline, limit: limit)
        if handle?.isInBatch == true {
            if let failure = try await batchSteps(until: deadline, limit: limit).failure { throw failure }
        } else {
            do throws(PostgresError) {
                if try await answer(until: deadline, limit: limit).isCopyingIn { throw .misuse("the server waits for rows") }
            } catch {
                // An error is an answer too.
                guard case .server = error else { throw error }
            }
        }
    }
}
