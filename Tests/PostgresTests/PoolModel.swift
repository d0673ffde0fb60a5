// Random events for PoolState, and the bookkeeping that says what it must and must not do.
import TestSupport
import Testing

@testable import Postgres

/// Plays the pool around a state machine: connects, lends, takes back, lets time pass, in an order that the seed decides.
struct PoolModel {
    typealias State = PoolState<Seeded>

    struct Waiter: Equatable {
        let id: Int
        let shares: Bool
        let deadline: ContinuousClock.Instant
    }

    struct Open {
        let id: Int
        /// When it was heard of last.
        var heard: ContinuousClock.Instant
        let born: ContinuousClock.Instant
    }

    static let limits = PoolLimits(bound: 1, acquire: .seconds(2), lifetime: .seconds(20), share: 4)

    let limits: PoolLimits
    var state: State
    var random: Seeded
    var now = ContinuousClock.now
    private var nextWaiter = 1_000_000
    /// In the order in which they came.
    var waiting: [Waiter] = []
    var connecting: [Int] = []
    var testing: [Open] = []
    var idle: [Open] = []
    var leased: [Open] = []
    /// The failures since the last success, and when the last came.
    var lastFailure: (at: ContinuousClock.Instant, answered: Bool)?
    var isLockedOut = false
    var hasSucceeded = false

    init(bound: Int, seed: UInt64) {
        var limits = Self.limits
        limits.bound = bound
        self.limits = limits
        state = PoolState(limits: limits, random: Seeded(seed &+ 1))
        random = Seeded(seed)
    }

    /// One event, whichever.
    mutating func anything() {
        switch Int.random(in: 0..<24, using: &random) {
        case 0...5: ask()
        case 6: withdraw()
        case 7...10: attemptSucceeds()
        case 11...12: attemptFails(.unreachable("down"))
        case 13: attemptFails(.refused(ServerMessage(severity: "FATAL", sqlState: "53300", message: "too many")))
        case 14: attemptFails(.refused(ServerMessage(severity: "FATAL", sqlState: "3D000", message: "no database")))
        case 15 where Int.random(in: 0..<30, using: &random) == 0:
            attemptFails(.refused(ServerMessage(severity: "FATAL", sqlState: "28P01", message: "no")))
        case 16...17: answerPing(isAlive: Int.random(in: 0..<3, using: &random) > 0)
        case 18...19: passTime()
        default: release(isSound: Int.random(in: 0..<4, using: &random) > 0)
        }
        check()
    }

    /// Everything succeeds from now on: whoever waits is served.
    mutating func settle() {
        while !(connecting.isEmpty && leased.isEmpty && testing.isEmpty && waiting.isEmpty) {
            if connecting.isEmpty, leased.isEmpty, testing.isEmpty, !isLockedOut {
                guard let next = state.nextEvent else {
                    Issue.record("\(waiting.count) wait, and nothing will happen")
                    return
                }
                now = max(now, next)
                tick()
            }
            attemptSucceeds()
            answerPing(isAlive: true)
            release(isSound: true)
            if isLockedOut, connecting.isEmpty, leased.isEmpty, testing.isEmpty { return }
            check()
        }
        #expect(state.connectionCount == idle.count)
    }

    /// The end: nothing may be left.
    mutating func close() {
        carryOut(state.close(), mayFail: { $0 == .closed })
        #expect(waiting.isEmpty && idle.isEmpty)
        ask()
        #expect(waiting.isEmpty)
        while !(connecting.isEmpty && leased.isEmpty && testing.isEmpty) {
            if Bool.random(using: &random) { attemptSucceeds() } else { attemptFails(.cancelled) }
            answerPing(isAlive: Bool.random(using: &random))
            release(isSound: true)
        }
        #expect(state.connectionCount == 0)
    }

    private mutating func ask() {
        nextWaiter += 1
        let waiter = Waiter(id: nextWaiter, shares: Bool.random(using: &random), deadline: now + limits.acquire)
        waiting.append(waiter)
        let hadConnections = state.connectionCount > 0
        carryOut(state.ask(waiter.id, shares: waiter.shares, now: now)) { error in
            error == .closed || (!hadConnections && error.serverMessage != nil)
        }
    }

    private mutating func withdraw() {
        guard let waiter = waiting.randomElement(using: &random) else { return }
        #expect(state.withdraw(waiter.id) == true)
        #expect(state.withdraw(waiter.id) == false)
        waiting.removeAll { $0 == waiter }
    }

    private mutating func attemptSucceeds() {
        guard let id = connecting.popRandom(using: &random) else { return }
        (lastFailure, isLockedOut, hasSucceeded) = (nil, false, true)
        idle.append(Open(id: id, heard: now, born: now))
        carryOut(state.connected(id, now: now))
    }

    private mutating func attemptFails(_ error: PostgresError) {
        guard let id = connecting.popRandom(using: &random) else { return }
        lastFailure = (now, error.serverMessage != nil)
        if error.sqlState == "28P01" { isLockedOut = true }
        carryOut(state.failedToConnect(id, error, now: now), mayFail: { $0 == error || $0.sqlState == "28P01" })
        let isFinal = ["28P01", "3D000"].contains(error.sqlState)
        if isFinal, state.connectionCount == 0 { #expect(waiting.isEmpty, "somebody was not told") }
    }

    private mutating func answerPing(isAlive: Bool) {
        guard var tested = testing.popRandom(using: &random) else { return }
        if isAlive { tested.heard = now }
        idle.append(tested)
        let actions = state.pinged(tested.id, isAlive: isAlive, now: now)
        if !isAlive { #expect(actions.contains(.close(tested.id))) }
        carryOut(actions, mayFail: { $0.serverMessage != nil })
    }

    private mutating func release(isSound: Bool) {
        guard var back = leased.popRandom(using: &random) else { return }
        if isSound { back.heard = now }
        idle.append(back)
        let actions = state.released(back.id, isSound: isSound, now: now)
        if !isSound || state.isClosed { #expect(actions.contains(.close(back.id))) }
        carryOut(actions, mayFail: { $0.serverMessage != nil })
    }

    /// A moment, or as long as nothing else is due.
    private mutating func passTime() {
        let next = state.nextEvent ?? now + .seconds(3)
        now = Bool.random(using: &random) ? max(now, next) : now + .milliseconds(Int.random(in: 1...1500, using: &random))
        tick()
    }

    private mutating func tick() {
        let late = waiting.prefix { $0.deadline <= now }.map(\.id)
        carryOut(state.tick(now: now)) { error in
            if case .noConnection = error { true } else { error.serverMessage != nil }
        }
        #expect(!waiting.contains { late.contains($0.id) }, "somebody waits past the deadline")
    }
}

extension Array {
    mutating func popRandom(using random: inout Seeded) -> Element? {
        isEmpty ? nil : remove(at: Int.random(in: indices, using: &random))
    }
}
