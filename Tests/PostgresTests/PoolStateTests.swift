// The pool's decisions, against what must hold whatever happens in whichever order.
import Testing

@testable import Postgres

@Suite struct PoolStateTests {
    @Test(arguments: 0..<40)
    func whateverHappensItsPromisesHold(_ seed: UInt64) {
        var model = PoolModel(bound: 1 + Int(seed % 5), seed: seed)
        for _ in 0..<400 { model.anything() }
        if seed % 2 == 0 { model.settle() } else { model.close() }
    }

    @Test func waitersAreServedInTheirOrder() {
        var state = PoolState(bound: 1)
        #expect(state.wait(101) == [.connect(1, after: .zero)])
        #expect(state.wait(102) == [])
        #expect(state.wait(103) == [])
        #expect(state.connected(1) == [.lease(101, 1)])
        #expect(state.released(1, isSound: true) == [.lease(102, 1)])
        #expect(state.withdraw(103) == true)
        #expect(state.withdraw(103) == false)
        #expect(state.withdraw(102) == false)
        #expect(state.released(1, isSound: true) == [])
        #expect(state.takeIdle() == 1)
        #expect(state.takeIdle() == nil)
        #expect(state.wait(104) == [])
        #expect(state.released(1, isSound: false) == [.close(1), .connect(2, after: .zero)])
    }

    @Test func backoffGrowsIsCappedAndEndsWithSuccess() {
        var state = PoolState(bound: 4)
        var actions = state.wait(100)
        var delays: [Int] = []
        for _ in 0..<10 {
            guard case .connect(let id, let delay) = actions.first, actions.count == 1 else {
                Issue.record("\(actions)")
                return
            }
            delays.append(Int(delay.components.attoseconds / 1_000_000_000_000_000))
            actions = state.failedToConnect(id, .unreachable("down"))
        }
        #expect(delays == [0, 10, 20, 40, 80, 160, 320, 500, 500, 500])
        #expect(state.lastFailure == .unreachable("down"))
        // One attempt at a time while it fails, however many wait.
        #expect(state.wait(101) == [])
        guard case .connect(let id, _) = actions[0] else { return }
        #expect(state.connected(id).first == .lease(100, id))
        #expect(state.lastFailure == nil)
        #expect(state.wait(102).allSatisfy { $0 == .connect(13, after: .zero) || $0 == .connect(12, after: .zero) })
    }

    @Test func aRefusalIsToldToAllAndTriedAgainOnlyForTheNext() {
        let refusal = PostgresError.refused(ServerMessage(severity: "FATAL", sqlState: "28P01", message: "no"))
        var state = PoolState(bound: 2)
        _ = state.wait(100)
        _ = state.wait(101)
        _ = state.wait(102)
        #expect(state.failedToConnect(1, refusal) == [.fail(100, refusal), .fail(101, refusal), .fail(102, refusal)])
        #expect(state.failedToConnect(2, refusal) == [])
        #expect(state.connectionCount == 0)
        #expect(state.wait(103) == [.connect(3, after: .milliseconds(20))])
    }
}
