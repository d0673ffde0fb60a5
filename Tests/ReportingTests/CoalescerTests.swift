// One statement for all who ask in the same moment, and to each his own answer.
import Reporting
import Storage
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct CoalescerTests {
    /// What was asked at once, and a gate that holds the first question back.
    private final class Asked: Sendable {
        private let state = Mutex((batches: [[Int]](), gate: CheckedContinuation<Void, Never>?.none, isOpen: false))

        var batches: [[Int]] { state.withLock { $0.batches } }

        func record(_ keys: [Int]) -> Bool {
            state.withLock { state in
                state.batches.append(keys.sorted())
                return state.batches.count == 1
            }
        }

        func waitAtGate() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.gate = continuation }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func openGate() {
            state.withLock { state in
                state.isOpen = true
                defer { state.gate = nil }
                return state.gate
            }?.resume()
        }
    }

    private func coalescer(_ asked: Asked, failing: StorageError? = nil) -> Coalescer<Int, String> {
        Coalescer(limit: 1) { keys throws(StorageError) in
            if asked.record(keys) { await asked.waitAtGate() }
            if let failing, keys.contains(13) { throw failing }
            return Dictionary(uniqueKeysWithValues: keys.filter { $0 % 2 == 1 }.map { ($0, "value \($0)") })
        }
    }

    /// Asks 0, which is held at the gate, then the others; opens the gate when all of them wait.
    private func ask(_ keys: [Int], _ coalescer: Coalescer<Int, String>, _ asked: Asked) async -> [Int: Result<String?, StorageError>] {
        await withTaskGroup(of: (Int, Result<String?, StorageError>).self) { group in
            for key in [0] + keys {
                group.addTask {
                    do throws(StorageError) { return (key, .success(try await coalescer.value(for: key))) } catch {
                        return (key, .failure(error))
                    }
                }
                while coalescer.questions < 1 { await Task.yield() }
            }
            while coalescer.questions < keys.count + 1 { await Task.yield() }
            asked.openGate()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test func whoAsksMeanwhileGoesTogether() async {
        let asked = Asked()
        let answers = await ask([1, 2, 3, 3, 5], coalescer(asked), asked)
        #expect(asked.batches == [[0], [1, 2, 3, 5]])
        #expect(answers[3] == .success("value 3"))
        #expect(answers[2] == .success(nil))
    }

    @Test func nobodyMeetsHisNeighboursError() async {
        let asked = Asked()
        let answers = await ask([1, 13, 5], coalescer(asked, failing: .rejected("13")), asked)
        #expect(answers[1] == .success("value 1"))
        #expect(answers[5] == .success("value 5"))
        #expect(answers[13] == .failure(.rejected("13")))
    }

    @Test func anUnreachableDatabaseIsNotAskedKeyByKey() async {
        let asked = Asked()
        let answers = await ask([1, 13, 5], coalescer(asked, failing: .unavailable("gone")), asked)
        #expect(answers[1] == .failure(.unavailable("gone")))
        #expect(asked.batches.count == 2)
    }
}
