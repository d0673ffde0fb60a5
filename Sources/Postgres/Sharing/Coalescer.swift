// Many callers with the same question about different keys: one statement for all who ask in the same moment.
import Synchronization

/// Answers single questions by asking for many at once, as DataLoader does.
///
/// Nobody waits for company: a question that finds a free flight goes at once. Questions that come while all flights are out wait
/// for the next one to land, and go together. Under load that makes the batches as large as they need to be. A caller that goes away
/// leaves its flight; one that everybody has left is cancelled.
package final class Coalescer<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Answer = Result<Value?, PostgresError>
    private typealias ID = Int

    private struct Passenger {
        let key: Key
        let continuation: CheckedContinuation<Answer, Never>
        let deadline: ContinuousClock.Instant
        /// What it waits for, once it is under way.
        var flight: SharedWork?
    }

    private struct State {
        var lastID = 0
        var passengers: [ID: Passenger] = [:]
        /// Those who have not left yet, in the order in which they came.
        var queue: [ID] = []
        var flights = 0
        /// Somebody looks when the first of the queue has waited for long enough.
        var isWatched = false
    }

    /// Statements under way at most: one that runs and one that is being filled and read.
    private let limit: Int
    /// How long a question waits for a flight.
    private let patience: Duration
    private let fetch: @Sendable ([Key]) async throws(PostgresError) -> [Key: Value]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: statements under way at most.
    ///   - patience: how long a question waits before it is asked, as `Pool.Configuration.acquireLimit` is.
    ///   - fetch: asks for several keys at once; a key that is not in its answer has no value.
    package init(
        limit: Int = 2,
        patience: Duration = .seconds(2),
        fetch: @escaping @Sendable ([Key]) async throws(PostgresError) -> [Key: Value]
    ) {
        (self.limit, self.patience, self.fetch) = (limit, patience, fetch)
    }

    /// Questions that wait for their answer, those that are under way included.
    package var questions: Int { state.withLock { $0.passengers.count } }

    /// - Returns: nil when there is no value for the key.
    /// - Throws: what `fetch` throws for this key, `.noConnection` when it could not be asked within `patience`, `.cancelled` when the
    ///   caller's task was.
    package func value(for key: Key) async throws(PostgresError) -> Value? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let next = state.withLock { state -> Next in
                    if Task.isCancelled { return .giveUp }
                    let deadline = ContinuousClock.now + patience
                    state.passengers[id] = Passenger(key: key, continuation: continuation, deadline: deadline)
                    state.queue.append(id)
                    if state.flights < limit {
                        state.flights += 1
                        return .fly
                    }
                    defer { state.isWatched = true }
                    return state.isWatched ? .wait : .watch(until: deadline)
                }
                switch next {
                case .giveUp: continuation.resume(returning: .failure(.cancelled))
                case .fly: Task { await fly() }
                case .watch(let deadline): watch(until: deadline)
                case .wait: break
                }
            }
        } onCancel: {
            leave(id)
        }
        return try answer.get()
    }

    private enum Next {
        case giveUp, fly, wait
        case watch(until: ContinuousClock.Instant)
    }

    /// Tells those of the queue whose time is over, as long as there is a queue.
    private func watch(until deadline: ContinuousClock.Instant) {
        Task {
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
            let (late, next) = state.withLock { state in
                let now = ContinuousClock.now
                let late = state.queue.prefix { state.passengers[$0].map { $0.deadline <= now } ?? true }
                state.queue.removeFirst(late.count)
                let next = state.queue.first.flatMap { state.passengers[$0]?.deadline }
                state.isWatched = next != nil
                return (Array(late), next)
            }
            for id in late { land(id, .failure(.noConnection(after: patience, because: "all statements of this kind are still out"))) }
            if let next { watch(until: next) }
        }
    }

    private func leave(_ id: ID) {
        let passenger = state.withLock { state in
            state.queue.removeAll { $0 == id }
            return state.passengers.removeValue(forKey: id)
        }
        passenger?.continuation.resume(returning: .failure(.cancelled))
        passenger?.flight?.leave()
    }

    /// Answers whoever waits, again and again, until nobody does.
    private func fly() async {
        while let (ids, keys, flight) = board() {
            await flight.start { [self] in await answer(ids, keys) }.value
        }
    }

    private func board() -> (ids: [ID], keys: [Key], flight: SharedWork)? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.flights -= 1
                return nil
            }
            let ids = state.queue
            state.queue = []
            let flight = SharedWork(waiting: ids.count)
            for id in ids { state.passengers[id]?.flight = flight }
            return (ids, ids.compactMap { state.passengers[$0]?.key }, flight)
        }
    }

    private func answer(_ ids: [ID], _ keys: [Key]) async {
        let distinct = Array(Set(keys))
        do throws(PostgresError) {
            let values = try await fetch(distinct)
            for (id, key) in zip(ids, keys) { land(id, .success(values[key])) }
        } catch {
            // One key may spoil it for all: then each is asked alone, and nobody meets his neighbour's error.
            guard distinct.count > 1, error.mayBeOneKeysFault else {
                for id in ids { land(id, .failure(error)) }
                return
            }
            for (key, group) in Dictionary(grouping: zip(ids, keys), by: \.1) {
                await answer(group.map(\.0), Array(repeating: key, count: group.count))
            }
        }
    }

    private func land(_ id: ID, _ answer: Answer) {
        state.withLock { $0.passengers.removeValue(forKey: id) }?.continuation.resume(returning: answer)
    }
}

extension PostgresError {
    /// Another key may fare better.
    fileprivate var mayBeOneKeysFault: Bool {
        switch self {
        case .server(let message): !message.condition.mayPass
        case .decoding, .misuse: true
        case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .gone, .connectionLost, .deadlineExceeded, .noConnection,
            .cancelled,
            .closed:
            false
        }
    }
}
