// The pool's decisions, against what must hold whatever happens in whichever order.
import TestSupport
import Testing

@testable import Postgres

@Suite struct PoolStateTests {
    private let start = ContinuousClock.now

    private func state(bound: Int) -> PoolState<Seeded> {
        var limits = PoolModel.limits
        limits.bound = bound
        return PoolState(limits: limits, random: Seeded(1))
    }

    @Test(arguments: 0..<200)
    func whateverHappensItsPromisesHold(_ seed: UInt64) {
        var model = PoolModel(bound: 1 + Int(seed % 5), seed: seed)
        for _ in 0..<400 { model.anything() }
        if seed % 2 == 0 { model.settle() } else { model.close() }
    }

    @Test func waitersAreServedInTheirOrder() {
        var state = state(bound: 1)
        #expect(state.ask(101, shares: false, now: start) == [.connect(1)])
        #expect(state.ask(102, shares: false, now: start) == [])
        #expect(state.ask(103, shares: false, now: start) == [])
        #expect(state.connected(1, now: start) == [.lend(1, to: [101])])
        #expect(state.released(1, isSound: true, now: start) == [.lend(1, to: [102])])
        #expect(state.withdraw(103) == true)
        #expect(state.withdraw(103) == false)
        #expect(state.withdraw(102) == false)
        #expect(state.released(1, isSound: true, now: start) == [])
        #expect(state.ask(104, shares: false, now: start) == [.lend(1, to: [104])])
        #expect(state.ask(105, shares: false, now: start) == [])
        #expect(state.released(1, isSound: false, now: start) == [.close(1), .connect(2)])
    }

    /// What waits while a batch is out goes out together when it is back; who wants a connection to himself keeps his turn.
    @Test func whoSharesGoesTogether() {
        var state = state(bound: 1)
        #expect(state.ask(101, shares: true, now: start) == [.connect(1)])
        #expect(state.connected(1, now: start) == [.lend(1, to: [101])])
        for waiter in [102, 103] { #expect(state.ask(waiter, shares: true, now: start) == []) }
        #expect(state.ask(104, shares: false, now: start) == [])
        for waiter in 105...107 { #expect(state.ask(waiter, shares: true, now: start) == []) }
        #expect(state.released(1, isSound: true, now: start) == [.lend(1, to: [102, 103, 105, 106])])
        #expect(state.released(1, isSound: true, now: start) == [.lend(1, to: [104])])
        #expect(state.released(1, isSound: true, now: start) == [.lend(1, to: [107])])
    }

    @Test(arguments: [
        (PostgresError.unreachable("down"), [10, 20, 40, 80, 160, 320, 500, 500]),
        (.refused(ServerMessage(severity: "FATAL", sqlState: "53300", message: "full")), [100, 200, 400, 800, 1600, 3200, 5000, 5000]),
    ])
    func thePauseGrowsIsCappedAndEndsWithSuccess(_ error: PostgresError, _ longest: [Int]) throws {
        var (state, now) = (state(bound: 4), start)
        var actions = state.ask(100, shares: false, now: now)
        for pause in longest {
            guard case .connect(let id) = actions.first, actions.count == 1 else {
                Issue.record("\(actions)")
                return
            }
            #expect(state.failedToConnect(id, error, now: now) == [])
            // One attempt at a time while it fails, however many wait.
            #expect(state.ask(200, shares: false, now: now) == [])
            #expect(state.withdraw(200) == true)
            // The waiter's own deadline comes before a long pause is over.
            let next = try #require(state.backoff.notBefore)
            #expect((.milliseconds(pause / 2)...(.milliseconds(pause))).contains(next - now))
            if next - start > .seconds(1) {
                #expect(state.withdraw(100) == true)
                now = next
                actions = state.ask(100, shares: false, now: now)
            } else {
                #expect(state.nextEvent == next)
                now = next
                actions = state.tick(now: now)
            }
        }
        guard case .connect(let id) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(state.connected(id, now: now) == [.lend(id, to: [100])])
        #expect(state.ask(101, shares: false, now: now).count == 1)
    }

    @Test func aWrongPasswordIsNeverTriedAgain() {
        let refusal = PostgresError.refused(ServerMessage(severity: "FATAL", sqlState: "28P01", message: "no"))
        var state = state(bound: 2)
        _ = state.ask(100, shares: false, now: start)
        _ = state.ask(101, shares: true, now: start)
        _ = state.ask(102, shares: false, now: start)
        // One attempt for all, before anything is proven.
        #expect(state.connecting == [1])
        #expect(state.failedToConnect(1, refusal, now: start) == [.fail(100, refusal), .fail(101, refusal), .fail(102, refusal)])
        #expect(state.connectionCount == 0 && state.nextEvent == nil)
        #expect(state.ask(103, shares: false, now: start + .seconds(86_400)) == [.fail(103, refusal)])
    }

    /// A project that sleeps, or a database that is still to be made: told at once, and tried again after a pause.
    @Test func anUnknownDatabaseIsToldAtOnceAndTriedAgainLater() {
        let refusal = PostgresError.refused(ServerMessage(severity: "FATAL", sqlState: "XX000", message: "Tenant or user not found"))
        var state = state(bound: 2)
        #expect(state.ask(100, shares: false, now: start) == [.connect(1)])
        #expect(state.failedToConnect(1, refusal, now: start) == [.fail(100, refusal)])
        #expect(state.ask(101, shares: false, now: start) == [.fail(101, refusal)])
        #expect(state.ask(102, shares: false, now: start + .seconds(5)) == [.connect(2)])
    }

    @Test func whatWasIdleForASecondIsAskedFirst() {
        var state = state(bound: 1)
        _ = state.ask(100, shares: false, now: start)
        _ = state.connected(1, now: start)
        _ = state.released(1, isSound: true, now: start)
        #expect(state.ask(101, shares: false, now: start + .milliseconds(999)) == [.lend(1, to: [101])])
        _ = state.released(1, isSound: true, now: start + .seconds(1))
        #expect(state.ask(102, shares: false, now: start + .seconds(2)) == [.ping(1)])
        #expect(state.pinged(1, isAlive: true, now: start + .seconds(2)) == [.lend(1, to: [102])])
        _ = state.released(1, isSound: true, now: start + .seconds(2))
        #expect(state.ask(103, shares: false, now: start + .seconds(4)) == [.ping(1)])
        #expect(state.pinged(1, isAlive: false, now: start + .seconds(4)) == [.close(1), .connect(2)])
    }

    /// Each gets up to a tenth less than the whole lifetime, and not the same.
    @Test func lifetimesEndOneByOne() throws {
        var state = state(bound: 20)
        for waiter in 1...20 { _ = state.ask(100 + waiter, shares: false, now: start) }
        _ = state.connected(1, now: start)
        for id in Array(state.connecting) { _ = state.connected(id, now: start) }
        let lives = state.expiries.values.map { $0 - start }
        #expect(lives.allSatisfy { (.seconds(18)...(.seconds(20))).contains($0) })
        #expect(Set(lives).count > 10)
        let id = try #require(state.leased.min())
        #expect(state.released(id, isSound: true, now: start + .seconds(21)).contains(.close(id)))
        let other = try #require(state.leased.min())
        _ = state.released(other, isSound: true, now: start + .seconds(1))
        #expect(state.nextEvent == state.expiries[other])
        #expect(state.tick(now: start + .seconds(21)) == [.close(other)])
    }
}
