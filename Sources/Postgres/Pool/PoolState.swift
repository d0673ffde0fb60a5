// The pool's decisions as a pure state machine: events in, actions out. It holds no connection, opens none and knows no clock.

/// Who waits, which connections there are, and what to do next. `Pool` does it.
struct PoolState {
    typealias WaiterID = Int
    typealias ConnectionID = Int

    enum Action: Equatable {
        case connect(ConnectionID, after: Duration)
        case lease(WaiterID, ConnectionID)
        case fail(WaiterID, PostgresError)
        case close(ConnectionID)
    }

    private let bound: Int
    private var idle: [ConnectionID] = []
    private var leased: Set<ConnectionID> = []
    private var connecting: Set<ConnectionID> = []
    /// First come, first served.
    private var waiters: [WaiterID] = []
    private var failuresInARow = 0
    private var lastID = 0
    private(set) var isClosed = false
    /// Why the last attempt to connect failed, until one succeeds.
    private(set) var lastFailure: PostgresError?

    /// - Parameter bound: connections at most, those that are being made included.
    init(bound: Int) {
        self.bound = bound
    }

    var connectionCount: Int { idle.count + leased.count + connecting.count }

    func isConnecting(_ id: ConnectionID) -> Bool { connecting.contains(id) }

    mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }

    /// The most recently used connection, when nobody waits for one: the others may grow old and close.
    mutating func takeIdle() -> ConnectionID? {
        guard waiters.isEmpty, let connection = idle.popLast() else { return nil }
        leased.insert(connection)
        return connection
    }

    mutating func wait(_ waiter: WaiterID) -> [Action] {
        if isClosed { return [.fail(waiter, .closed)] }
        waiters.append(waiter)
        if let connection = idle.popLast() { return serve(connection) }
        return connectIfUseful()
    }

    /// The waiter has gone: its deadline passed or its task was cancelled. False when it was served meanwhile.
    mutating func withdraw(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func connected(_ connection: ConnectionID) -> [Action] {
        connecting.remove(connection)
        (failuresInARow, lastFailure) = (0, nil)
        return isClosed ? [.close(connection)] : serve(connection) + connectIfUseful()
    }

    /// An attempt failed. A refusal is told to all who wait: a wrong password does not become right by waiting, and poolers block
    /// an address that tries it again and again. Anything else is tried again, later and later, while somebody waits.
    mutating func failedToConnect(_ connection: ConnectionID, _ error: PostgresError) -> [Action] {
        connecting.remove(connection)
        failuresInARow += 1
        lastFailure = error
        guard error.endsWaiting else { return connectIfUseful() }
        defer { waiters = [] }
        return waiters.map { .fail($0, error) }
    }

    mutating func released(_ connection: ConnectionID, isSound: Bool) -> [Action] {
        leased.remove(connection)
        if isClosed { return [.close(connection)] }
        return isSound ? serve(connection) : [.close(connection)] + connectIfUseful()
    }

    mutating func close() -> [Action] {
        isClosed = true
        defer { (waiters, idle) = ([], []) }
        return waiters.map { .fail($0, .closed) } + idle.map { .close($0) }
    }

    private mutating func serve(_ connection: ConnectionID) -> [Action] {
        guard !waiters.isEmpty else {
            idle.append(connection)
            return []
        }
        leased.insert(connection)
        return [.lease(waiters.removeFirst(), connection)]
    }

    /// As many attempts under way as there are waiters, within the bound; after a failure one at a time.
    private mutating func connectIfUseful() -> [Action] {
        guard !isClosed, connecting.count < waiters.count, connectionCount < bound else { return [] }
        if failuresInARow > 0, !connecting.isEmpty { return [] }
        let connection = makeID()
        connecting.insert(connection)
        return [.connect(connection, after: backoff)]
    }

    /// Nothing after a success; then 10 ms, doubled up to 500 ms: a pooler that restarts is back within seconds.
    private var backoff: Duration {
        failuresInARow == 0 ? .zero : .milliseconds(min(500, 10 << min(failuresInARow - 1, 6)))
    }
}
