// What the pool may do, and when: each action is held against the model.
import TestSupport
import Testing

@testable import Postgres

extension PoolModel {
    mutating func carryOut(_ actions: [State.Action], mayFail: (PostgresError) -> Bool = { _ in false }) {
        for action in actions {
            switch action {
            case .connect(let id): connect(id)
            case .ping(let id): ping(id)
            case .lend(let id, let waiters): lend(id, to: waiters)
            case .fail(let waiter, let error):
                #expect(mayFail(error), "\(error)")
                #expect(waiting.contains { $0.id == waiter }, "told twice")
                waiting.removeAll { $0.id == waiter }
            case .close(let id):
                #expect(idle.contains { $0.id == id }, "closed what was out")
                idle.removeAll { $0.id == id }
            }
        }
    }

    private mutating func connect(_ id: Int) {
        #expect(!state.isClosed && !(connecting + (testing + leased + idle).map(\.id)).contains(id))
        #expect(!isLockedOut, "a wrong password was tried again")
        if let lastFailure { #expect(lastFailure.at < now && connecting.isEmpty, "no pause after a failure") }
        if !hasSucceeded { #expect(connecting.isEmpty, "several at once before the first success") }
        connecting.append(id)
    }

    private mutating func ping(_ id: Int) {
        guard let index = idle.firstIndex(where: { $0.id == id }) else {
            Issue.record("asked what was not idle")
            return
        }
        #expect(idle[index].heard + limits.trustIdle <= now, "asked too early")
        testing.append(idle.remove(at: index))
    }

    private mutating func lend(_ id: Int, to waiters: [Int]) {
        guard let index = idle.firstIndex(where: { $0.id == id }) else {
            Issue.record("lent what was not free")
            return
        }
        #expect(idle[index].heard + limits.trustIdle > now, "lent without a question")
        #expect(idle[index].born + limits.lifetime > now, "lent past its life")
        leased.append(idle.remove(at: index))
        #expect(waiting.first?.id == waiters.first, "out of turn")
        #expect((1...limits.share).contains(waiters.count) && Set(waiters).count == waiters.count)
        let served = waiting.filter { waiters.contains($0.id) }
        #expect(served.map(\.id) == waiters, "twice, or out of order")
        #expect(waiters.count == 1 || served.allSatisfy(\.shares), "somebody shares who did not want to")
        waiting.removeAll { waiters.contains($0.id) }
    }

    func check() {
        #expect(state.connectionCount == connecting.count + idle.count + leased.count + testing.count)
        #expect(state.connectionCount <= limits.bound)
        let free = idle.filter { $0.heard + limits.trustIdle > now && $0.born + limits.lifetime * 0.9 > now }
        #expect(waiting.isEmpty || free.isEmpty, "somebody waits beside a free connection")
        guard !waiting.isEmpty, !state.isClosed, connecting.isEmpty, leased.isEmpty, testing.isEmpty else { return }
        // Then only the pause after a failure can be what it waits for, and it is short.
        guard let lastFailure, let next = state.nextEvent else {
            Issue.record("somebody waits for nothing")
            return
        }
        #expect(next <= lastFailure.at + (lastFailure.answered ? .seconds(5) : .milliseconds(500)))
    }
}

extension PoolState {
    /// Somebody who waits as long as all do.
    mutating func ask(_ waiter: WaiterID, shares: Bool, now: Instant) -> [Action] {
        ask(waiter, shares: shares, until: now + limits.acquire, now: now)
    }
}
