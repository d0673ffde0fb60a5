// Many callers with the same question about different keys: one statement for all who ask in the same moment.
package import Storage
import Synchronization

/// Answers single questions by asking for many at once, as DataLoader does.
///
/// Nobody waits for company: a question that finds a free flight goes at once. Questions that come while all flights are out wait
/// for the next one to land, and go together. Under load that makes the batches as large as they need to be.
package final class Coalescer<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Waiting = CheckedContinuation<Result<Value?, StorageError>, Never>

    private struct State {
        var waiting: [Key: [Waiting]] = [:]
        var flights = 0
        /// Questions that are not answered yet.
        var open = 0
    }

    /// Statements under way at most: one that runs and one that is being filled and read.
    private let limit: Int
    private let fetch: @Sendable ([Key]) async throws(StorageError) -> [Key: Value]
    private let state = Mutex(State())

    /// - Parameter fetch: asks for several keys at once; a key that is not in its answer has no value.
    package init(limit: Int = 2, fetch: @escaping @Sendable ([Key]) async throws(StorageError) -> [Key: Value]) {
        (self.limit, self.fetch) = (limit, fetch)
    }

    /// Questions that wait for their answer, those that are under way included.
    package var questions: Int { state.withLock { $0.open } }

    /// - Returns: nil when there is no value for the key.
    package func value(for key: Key) async throws(StorageError) -> Value? {
        let result = await withCheckedContinuation { continuation in
            let startsFlight = state.withLock { state in
                state.waiting[key, default: []].append(continuation)
                state.open += 1
                guard state.flights < limit else { return false }
                state.flights += 1
                return true
            }
            if startsFlight { Task { await fly() } }
        }
        state.withLock { $0.open -= 1 }
        return try result.get()
    }

    /// Answers whoever waits, again and again, until nobody does.
    private func fly() async {
        while let passengers = board() {
            await answer(passengers)
        }
    }

    private func board() -> [Key: [Waiting]]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.flights -= 1
                return nil
            }
            defer { state.waiting = [:] }
            return state.waiting
        }
    }

    private func answer(_ passengers: [Key: [Waiting]]) async {
        do throws(StorageError) {
            let values = try await fetch(Array(passengers.keys))
            for (key, waiting) in passengers {
                for continuation in waiting { continuation.resume(returning: .success(values[key])) }
            }
        } catch {
            // One key may spoil it for all: then each is asked alone, and nobody meets his neighbour's error.
            guard passengers.count > 1, error.mayBeOneKeysFault else {
                for continuation in passengers.values.joined() { continuation.resume(returning: .failure(error)) }
                return
            }
            for (key, waiting) in passengers { await answer([key: waiting]) }
        }
    }
}

extension StorageError {
    fileprivate var mayBeOneKeysFault: Bool {
        switch self {
        case .rejected, .defect: true
        case .unavailable, .refused, .schemaMissing, .conflict, .cancelled: false
        }
    }
}
