// The pool's decisions as a pure state machine: events in, actions out. It holds no connection, opens none and has no clock.

/// Who waits, which connections there are, and what to do next. `Pool` does it.
///
/// The events stand in PoolState+Events.swift. Each is told what time it is, and `nextEvent` says when to call `tick`.
struct PoolState<Random: RandomNumberGenerator> {
    typealias Instant = ContinuousClock.Instant
    typealias WaiterID = Int
    typealias ConnectionID = Int

    enum Action: Equatable {
        case connect(ConnectionID)
        /// Ask whether somebody still answers, and tell `pinged`.
        case ping(ConnectionID)
        /// To one waiter, or to several that share it.
        case lend(ConnectionID, to: [WaiterID])
        case fail(WaiterID, PostgresError)
        case close(ConnectionID)
    }

    struct Waiter {
        let id: WaiterID
        /// Shares a connection with others that wait too.
        let shares: Bool
        let deadline: Instant
    }

    struct Idle {
        let id: ConnectionID
        let since: Instant
        let expiry: Instant
    }

    let limits: PoolLimits
    var random: Random
    /// First come, first served.
    var waiters: [Waiter] = []
    /// The longest idle one first.
    var idle: [Idle] = []
    var leased: Set<ConnectionID> = []
    var connecting: Set<ConnectionID> = []
    var testing: Set<ConnectionID> = []
    /// When each connection has lived long enough.
    var expiries: [ConnectionID: Instant] = [:]
    var backoff = Backoff()
    /// Why the last attempt to connect failed, until one succeeds.
    var lastFailure: PostgresError?
    /// The password is wrong: no attempt is made any more, and this is the answer.
    var lockout: PostgresError?
    /// There has been a connection.
    var isProven = false
    private var lastID = 0
    var isClosed = false

    init(limits: PoolLimits, random: Random) {
        self.limits = limits
        self.random = random
    }

    var connectionCount: Int { idle.count + leased.count + connecting.count + testing.count }

    mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }

    /// When something is due that no other event brings: a waiter's deadline, the next attempt, the end of an idle connection's life.
    var nextEvent: Instant? {
        [
            waiters.map(\.deadline).min(),
            wantsConnection ? backoff.notBefore : nil,
            idle.map(\.expiry).min(),
        ].compactMap(\.self).min()
    }

    /// Whether one more connection would help somebody who waits. After a failure, and before the first success, they come one at a time:
    /// a wrong password tried from all places at once could be enough to get the address blocked.
    var wantsConnection: Bool {
        !isClosed && lockout == nil && connecting.count + testing.count < waiters.count && connectionCount < limits.bound
            && (isProven && lastFailure == nil || connecting.isEmpty)
    }
}

/// What a pool may do, and for how long.
struct PoolLimits {
    /// Connections at most, those that are being made included.
    var bound: Int
    /// How long a waiter waits.
    var acquire: Duration
    /// How long a connection is used at most; each gets up to a tenth less, so that they do not all end at once.
    var lifetime: Duration
    /// A connection that was idle for longer is asked before it is lent.
    var trustIdle: Duration = .seconds(1)
    /// Waiters that share a connection at most.
    var share = 64
}
