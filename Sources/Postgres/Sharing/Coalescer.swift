// Many callers with the same question about different keys: one statement for all who ask in the same moment.
import Synchronization

/// Answers single questions by asking for many at once, as DataLoader does.
///
/// Nobody waits for company: a question that finds a free flight goes at once. Questions that come while all flights are out wait
/// for the next one to land, and go together. Under load that makes the batches as large as they need to be. A caller that goes away
/// leaves its flight; one that everybody has left is cancelled.
package final class Coalescer: Sendable {
    private typealias ID = Int
    typealias Answer = Result<Row?, PostgresError>

    private struct Passenger {
        let id: ID
        let key: String
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct State {
        private var lastID = 0
        /// In the order in which they came.
        var queue: [Passenger] = []
        var flying: [ID: (passenger: Passenger, flight: SharedWork)] = [:]
        /// Since when statements are under way.
        var out: [ID: ContinuousClock.Instant] = [:]

        /// Whether one more statement may go out.
        /// - Parameter flight: one that has landed and does not count.
        func hasFreeFlight(_ limit: Int, at now: ContinuousClock.Instant, besides flight: ID? = nil) -> Bool {
            let others = out.count - (flight.flatMap { out[$0] } == nil ? 0 : 1)
            return others < limit && out.allSatisfy { $0.key == flight || now - $0.value >= Coalescer.slow }
        }
        /// Somebody looks after the queue.
        var isWatched = false

        mutating func makeID() -> ID {
            lastID += 1
            return lastID
        }

        mutating func reserveFlight(at now: ContinuousClock.Instant) -> ID {
            let flight = makeID()
            out[flight] = now
            return flight
        }
    }

    /// After so long without an answer a statement holds up no others. Before, it does: with two at a time each is about half as large, and
    /// PostgreSQL spends a third more on a key.
    private static let slow: Duration = .milliseconds(250)
    /// Statements under way at most, all but the newest of them slow.
    private let limit: Int
    /// How long a question waits for a flight.
    private let patience: Duration
    /// The keys, and until when to wait for a connection.
    private let fetch: @Sendable ([String], ContinuousClock.Instant) async throws(PostgresError) -> [String: Row]
    private let state = Mutex(State())

    /// - Parameter statement: asks for several keys at once, over an array: `where key = any(\(keys))`. The first column of each row is its
    ///   key, which no other row has; a key without a row has no answer. It must be a read; see `Pool.read`.
    package convenience init(_ pool: Pool, statement: @escaping @Sendable ([String]) -> SQL) {
        self.init(patience: pool.configuration.acquireLimit) { keys, deadline throws(PostgresError) in
            var found: [String: Row] = [:]
            for row in try await pool.read(statement(keys), within: nil, waitingUntil: deadline) { found[try row.get(0)] = row }
            return found
        }
    }

    init(
        limit: Int = 4,
        patience: Duration,
        fetch: @escaping @Sendable ([String], ContinuousClock.Instant) async throws(PostgresError) -> [String: Row]
    ) {
        (self.limit, self.patience, self.fetch) = (limit, patience, fetch)
    }

    /// Questions that wait for their answer, those that are under way included.
    package var questions: Int { state.withLock { $0.queue.count + $0.flying.count } }

    /// - Returns: nil when there is no row for the key.
    /// - Throws: what the statement throws for this key, `.noConnection` when it could not be asked within the pool's `acquireLimit`,
    ///   `.cancelled` when the caller's task was.
    package func row(for key: String) async throws(PostgresError) -> Row? {
        let id = state.withLock { $0.makeID() }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in board(id, key, continuation) }
        } onCancel: {
            leave(id)
        }
        return try answer.get()
    }

    private enum Next {
        case giveUp, wait
        case fly(ID)
        case watch(until: ContinuousClock.Instant)
    }

    private func board(_ id: ID, _ key: String, _ continuation: CheckedContinuation<Answer, Never>) {
        let next = state.withLock { state -> Next in
            if Task.isCancelled { return .giveUp }
            let now = ContinuousClock.now
            state.queue.append(Passenger(id: id, key: key, deadline: now + patience, continuation: continuation))
            if state.hasFreeFlight(limit, at: now) { return .fly(state.reserveFlight(at: now)) }
            defer { state.isWatched = true }
            return state.isWatched ? .wait : .watch(until: now + min(patience, Self.slow))
        }
        switch next {
        case .giveUp: continuation.resume(returning: .failure(.cancelled))
        case .fly(let flight): fly(flight)
        case .watch(let deadline): watch(until: deadline)
        case .wait: break
        }
    }

    /// As long as there is a queue: tells those whose time is over, and starts a flight beside one that is slow.
    private func watch(until instant: ContinuousClock.Instant) {
        Task {
            do { try await Task.sleep(until: instant, clock: .continuous) } catch { return }
            let (late, flight, next) = state.withLock { state in
                let now = ContinuousClock.now
                let late = Array(state.queue.prefix { $0.deadline <= now })
                state.queue.removeFirst(late.count)
                let flight = !state.queue.isEmpty && state.hasFreeFlight(limit, at: now) ? state.reserveFlight(at: now) : nil
                let next = state.queue.first.map { min($0.deadline, now + Self.slow) }
                state.isWatched = next != nil
                return (late, flight, next)
            }
            let error = PostgresError.noConnection(after: patience, because: "all statements of this kind are still out")
            for passenger in late { passenger.continuation.resume(returning: .failure(error)) }
            if let flight { fly(flight) }
            if let next { watch(until: next) }
        }
    }

    private func leave(_ id: ID) {
        let (waiting, flying) = state.withLock { state in
            let index = state.queue.firstIndex { $0.id == id }
            return (index.map { state.queue.remove(at: $0) }, state.flying.removeValue(forKey: id))
        }
        (waiting ?? flying?.passenger)?.continuation.resume(returning: .failure(.cancelled))
        flying?.flight.leave()
    }

    /// Answers whoever waits, again and again, until nobody does or another flight does it.
    private func fly(_ flight: ID) {
        Task(executorPreference: LoopTasks.shared) {
            while let (passengers, work) = self.takeOff(flight) {
                await work.start { [self] in await answer(passengers) }.value
            }
        }
    }

    private func takeOff(_ flight: ID) -> ([Passenger], SharedWork)? {
        state.withLock { state in
            let now = ContinuousClock.now
            guard !state.queue.isEmpty, state.hasFreeFlight(limit, at: now, besides: flight) else {
                state.out[flight] = nil
                return nil
            }
            state.out[flight] = now
            let passengers = state.queue
            state.queue = []
            let work = SharedWork(waiting: passengers.count)
            for passenger in passengers { state.flying[passenger.id] = (passenger, work) }
            return (passengers, work)
        }
    }

    private func answer(_ passengers: [Passenger]) async {
        let keys = Array(Set(passengers.map(\.key)))
        do throws(PostgresError) {
            let rows = try await fetch(keys, passengers.map(\.deadline).min() ?? .now)
            land(passengers) { .success(rows[$0]) }
        } catch {
            // One key may spoil it for all: then each is asked alone, and nobody meets his neighbour's error.
            if case .noConnection = error { return land(queueAgain(passengers)) { _ in .failure(error) } }
            guard keys.count > 1, error.mayBeOneKeysFault else { return land(passengers) { _ in .failure(error) } }
            for group in Dictionary(grouping: passengers, by: \.key).values { await answer(group) }
        }
    }

    /// There was no connection until the first one's time was over: that of the others is not.
    /// - Returns: those whose time is over.
    private func queueAgain(_ passengers: [Passenger]) -> [Passenger] {
        state.withLock { state in
            let now = ContinuousClock.now
            let early = passengers.filter { $0.deadline > now && state.flying.removeValue(forKey: $0.id) != nil }
            state.queue.insert(contentsOf: early, at: 0)
            return passengers.filter { $0.deadline <= now }
        }
    }

    private func land(_ passengers: [Passenger], _ answer: (String) -> Answer) {
        let here = state.withLock { state in passengers.filter { state.flying.removeValue(forKey: $0.id) != nil } }
        for passenger in here { passenger.continuation.resume(returning: answer(passenger.key)) }
    }
}

extension PostgresError {
    /// Another key may fare better.
    fileprivate var mayBeOneKeysFault: Bool {
        switch self {
        case .server(let message):
            switch message.condition {
            case .badValue, .stopped, .other: true
            case .wrongCredentials, .wrongTarget, .overloaded, .goingAway, .conflict, .missingObject, .forbidden, .readOnly: false
            }
        case .decoding, .misuse: true
        case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .gone, .connectionLost, .deadlineExceeded, .noConnection,
            .cancelled,
            .closed:
            false
        }
    }
}
