// Random events for PoolState, and the bookkeeping that says what it must and must not do.
import TestSupport
import Testing

@testable import Postgres

/// Plays the pool around a state machine: connects, lends, takes back, in an order that the seed decides.
struct PoolModel {
    private let bound: Int
    private var state: PoolState
    private var random: Seeded
    private var nextWaiter = 1_000_000
    /// In the order in which they came.
    private var waiting: [Int] = []
    private var connecting: [Int] = []
    private var idle: Set<Int> = []
    private var leased: [Int] = []

    init(bound: Int, seed: UInt64) {
        self.bound = bound
        state = PoolState(bound: bound)
        random = Seeded(seed)
    }

    /// One event, whichever.
    mutating func anything() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: ask()
        case 3: withdraw()
        case 4...5: attemptSucceeds()
        case 6: attemptFails(.unreachable("down"))
        case 7 where Int.random(in: 0..<8, using: &random) == 0:
            attemptFails(.refused(ServerMessage(severity: "FATAL", sqlState: "28P01", message: "no")))
        default: release(isSound: Int.random(in: 0..<4, using: &random) > 0)
        }
        check()
    }

    /// Everything succeeds from now on: whoever waits is served.
    mutating func settle() {
        while !(connecting.isEmpty && leased.isEmpty) {
            attemptSucceeds()
            release(isSound: true)
            check()
        }
        #expect(waiting.isEmpty, "never served")
        #expect(state.connectionCount == idle.count)
    }

    /// The end: nothing may be left.
    mutating func close() {
        let (waiters, connections) = (waiting, idle)
        carryOut(state.close(), mayFail: { $0 == .closed })
        #expect(waiting.isEmpty && idle.isEmpty, "\(waiters.count) waited, \(connections.count) were idle")
        ask()
        #expect(waiting.isEmpty)
        while !(connecting.isEmpty && leased.isEmpty) {
            if Bool.random(using: &random) { attemptSucceeds() } else { attemptFails(.cancelled) }
            release(isSound: true)
        }
        #expect(state.connectionCount == 0)
    }

    private mutating func ask() {
        if let connection = state.takeIdle() {
            #expect(waiting.isEmpty, "somebody was overtaken")
            #expect(idle.remove(connection) != nil)
            leased.append(connection)
            return
        }
        nextWaiter += 1
        waiting.append(nextWaiter)
        carryOut(state.wait(nextWaiter), mayFail: { $0 == .closed })
    }

    private mutating func withdraw() {
        guard let waiter = waiting.randomElement(using: &random) else { return }
        #expect(state.withdraw(waiter) == true)
        #expect(state.withdraw(waiter) == false)
        waiting.removeAll { $0 == waiter }
    }

    private mutating func attemptSucceeds() {
        guard let connection = connecting.randomElement(using: &random) else { return }
        connecting.removeAll { $0 == connection }
        idle.insert(connection)
        carryOut(state.connected(connection))
    }

    private mutating func attemptFails(_ error: PostgresError) {
        guard let connection = connecting.randomElement(using: &random) else { return }
        connecting.removeAll { $0 == connection }
        carryOut(state.failedToConnect(connection, error), mayFail: { $0 == error })
        if case .refused = error { #expect(waiting.isEmpty, "somebody was not told") }
    }

    private mutating func release(isSound: Bool) {
        guard let connection = leased.randomElement(using: &random) else { return }
        leased.removeAll { $0 == connection }
        idle.insert(connection)
        let actions = state.released(connection, isSound: isSound)
        #expect(actions.contains(.close(connection)) == (!isSound || state.isClosed))
        carryOut(actions)
    }

    private mutating func carryOut(_ actions: [PoolState.Action], mayFail: (PostgresError) -> Bool = { _ in false }) {
        for action in actions {
            switch action {
            case .connect(let connection, let delay):
                #expect(!state.isClosed && !(connecting + leased + idle).contains(connection))
                #expect((.zero...(.milliseconds(500))).contains(delay))
                connecting.append(connection)
            case .lease(let waiter, let connection):
                #expect(waiting.first == waiter, "out of turn, or twice")
                waiting.removeAll { $0 == waiter }
                #expect(idle.remove(connection) != nil)
                leased.append(connection)
            case .fail(let waiter, let error):
                #expect(mayFail(error))
                #expect(waiting.contains(waiter), "told twice")
                waiting.removeAll { $0 == waiter }
            case .close(let connection): #expect(idle.remove(connection) != nil)
            }
        }
    }

    private func check() {
        #expect(state.connectionCount == connecting.count + idle.count + leased.count)
        #expect(state.connectionCount <= bound)
        #expect(waiting.isEmpty || idle.isEmpty, "somebody waits beside a free connection")
        #expect(waiting.isEmpty || !connecting.isEmpty || !leased.isEmpty, "somebody waits for nothing")
    }
}
