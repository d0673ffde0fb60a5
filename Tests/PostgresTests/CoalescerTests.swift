// One statement for all who ask in the same moment, and to each his own answer.
import Synchronization
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(10))) struct CoalescerTests {
    /// What was asked at once, and a gate that holds the first question back.
    private final class Asked: Sendable {
        private let state = Mutex((batches: [[String]](), gate: CheckedContinuation<Void, Never>?.none, isOpen: false))

        var batches: [[String]] { state.withLock { $0.batches } }

        func record(_ keys: [String]) -> Bool {
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

    private static let badValue = ServerMessage(severity: "ERROR", sqlState: "22003", message: "13 is out of range")

    private func coalescer(_ asked: Asked, failing: PostgresError? = nil) -> Coalescer {
        Coalescer(limit: 1, patience: .seconds(60)) { keys, _ throws(PostgresError) in
            if asked.record(keys) { await asked.waitAtGate() }
            if let failing, keys.contains("13") { throw failing }
            return Dictionary(uniqueKeysWithValues: keys.filter { "13579".contains($0.suffix(1)) }.map { ($0, row($0, "value \($0)")) })
        }
    }

    /// Asks 0, which is held at the gate, then the others; opens the gate when all of them wait.
    private func ask(_ keys: [Int], _ coalescer: Coalescer, _ asked: Asked) async -> [Int: Result<String?, PostgresError>] {
        await withTaskGroup(of: (Int, Result<String?, PostgresError>).self) { group in
            for key in [0] + keys {
                group.addTask {
                    do throws(PostgresError) { return (key, .success(try await coalescer.value(for: key))) } catch {
                        return (key, .failure(error))
                    }
                }
                // The first is under way before another one comes.
                while asked.batches.isEmpty { await Task.yield() }
            }
            while coalescer.questions < keys.count + 1 { await Task.yield() }
            asked.openGate()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test func whoAsksMeanwhileGoesTogether() async {
        let asked = Asked()
        let answers = await ask([1, 2, 3, 3, 5], coalescer(asked), asked)
        #expect(asked.batches == [["0"], ["1", "2", "3", "5"]])
        #expect(answers[3] == .success("value 3"))
        #expect(answers[2] == .success(nil))
    }

    @Test func nobodyMeetsHisNeighboursError() async {
        let asked = Asked()
        let answers = await ask([1, 13, 5], coalescer(asked, failing: .server(Self.badValue)), asked)
        #expect(answers[1] == .success("value 1"))
        #expect(answers[5] == .success("value 5"))
        #expect(answers[13] == .failure(.server(Self.badValue)))
    }

    /// A statement that gets no answer holds up nobody for longer than a moment.
    @Test func aSlowFlightIsOvertaken() async throws {
        let asked = Asked()
        let coalescer = Coalescer(patience: .seconds(60)) { keys, _ throws(PostgresError) in
            if asked.record(keys) { await asked.waitAtGate() }
            return ["1": row("1", "one")]
        }
        let slow = Task { await Result { try await coalescer.value(for: 0) } }
        while asked.batches.isEmpty { await Task.yield() }
        #expect(try await coalescer.value(for: 1) == "one")
        #expect(asked.batches == [["0"], ["1"]])
        asked.openGate()
        #expect(await slow.value.postgresError == nil)
    }

    /// Whoever came later than the first of a flight waits for a connection as long as he may.
    @Test func nobodysTimeIsOverWithHisNeighbours() async throws {
        // Seconds: what comes in between must fit in on a busy machine.
        let patience = Duration.seconds(4)
        let asked = Asked()
        let refusals = Mutex(0)
        let coalescer = Coalescer(limit: 1, patience: patience) { keys, deadline throws(PostgresError) in
            if asked.record(keys) { await asked.waitAtGate() }
            guard keys.contains("1") else { return Dictionary(uniqueKeysWithValues: keys.map { ($0, row($0, "late")) }) }
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch { throw .cancelled }
            refusals.withLock { $0 += 1 }
            throw .noConnection(after: patience, because: "all are lent")
        }
        let held = Task { await Result { try await coalescer.value(for: 0) } }
        while asked.batches.isEmpty { await Task.yield() }
        let early = Task { await Result { try await coalescer.value(for: 1) } }
        while coalescer.questions < 2 { await Task.yield() }
        try await Task.sleep(for: patience / 2)
        let late = Task { await Result { try await coalescer.value(for: 3) } }
        while coalescer.questions < 3 { await Task.yield() }
        asked.openGate()
        #expect(await early.value.postgresError == .noConnection(after: patience, because: "all are lent"))
        #expect(try await late.value.get() == "late")
        #expect(await held.value.postgresError == nil)
        #expect(refusals.withLock { $0 } == 1)
    }

    /// A table that is not there is not there for each of the keys.
    @Test func aMissingTableIsAskedForOnce() async {
        let missing = PostgresError.server(ServerMessage(severity: "ERROR", sqlState: "42P01", message: "relation \"t\" does not exist"))
        let asked = Asked()
        let answers = await ask([1, 13, 5], coalescer(asked, failing: missing), asked)
        #expect(answers[1] == .failure(missing))
        #expect(asked.batches.count == 2)
    }

    @Test func anUnreachableDatabaseIsNotAskedKeyByKey() async {
        let asked = Asked()
        let answers = await ask([1, 13, 5], coalescer(asked, failing: .unreachable("gone")), asked)
        #expect(answers[1] == .failure(.unreachable("gone")))
        #expect(asked.batches.count == 2)
    }

    @Test func whoGoesAwayIsNotAnsweredAndTheOthersAre() async {
        let asked = Asked()
        let coalescer = coalescer(asked)
        let first = Task { await Result { try await coalescer.value(for: 0) } }
        while asked.batches.isEmpty { await Task.yield() }
        let (leaver, stayer) = (
            Task { await Result { try await coalescer.value(for: 1) } }, Task { await Result { try await coalescer.value(for: 3) } }
        )
        while coalescer.questions < 3 { await Task.yield() }
        leaver.cancel()
        #expect(await leaver.value.postgresError == .cancelled)
        asked.openGate()
        #expect(await first.value.postgresError == nil)
        #expect(await stayer.value.postgresError == nil)
        #expect(asked.batches == [["0"], ["3"]])
        #expect(coalescer.questions == 0)
    }

    /// The statement under way is cancelled with the last who waits for it, and the next question goes out at once.
    @Test func aQuestionThatNobodyWaitsForIsCancelled() async throws {
        let asked = Mutex(false)
        let cancelled = Mutex(0)
        let coalescer = Coalescer(limit: 1, patience: .seconds(60)) { keys, _ throws(PostgresError) in
            guard keys.contains("0") else { return ["1": row("1", "one")] }
            asked.withLock { $0 = true }
            do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.withLock { $0 += 1 } }
            throw .cancelled
        }
        let waiting = (0..<3).map { _ in Task { await Result { try await coalescer.value(for: 0) } } }
        // A question that is given up before its statement went out is not asked at all.
        while coalescer.questions < 3 || !asked.withLock({ $0 }) { await Task.yield() }
        for task in waiting { task.cancel() }
        for task in waiting { #expect(await task.value.postgresError == .cancelled) }
        #expect(try await coalescer.value(for: 1) == "one")
        #expect(cancelled.withLock { $0 } >= 1)
    }

    @Test func nobodyWaitsForEverToBeAsked() async {
        let asked = Asked()
        let patience = Duration.milliseconds(50)
        let coalescer = Coalescer(limit: 1, patience: patience) { keys, _ throws(PostgresError) in
            if asked.record(keys) { await asked.waitAtGate() }
            return ["0": row("0", "zero")]
        }
        let first = Task { try await coalescer.value(for: 0) }
        while asked.batches.isEmpty { await Task.yield() }
        let begun = ContinuousClock.now
        for key in 1...3 {
            let error = await Result { try await coalescer.value(for: key) }.postgresError
            guard case .noConnection(patience, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(ContinuousClock.now - begun >= patience * 3)
        asked.openGate()
        #expect(await Result { try await first.value }.postgresError == nil)
        #expect(asked.batches == [["0"]])
    }
}

private func row(_ fields: String...) -> Row { Row(fields: fields.map(Optional.some)[...]) }

extension Coalescer {
    fileprivate func value(for number: Int) async throws(PostgresError) -> String? { try await row(for: "\(number)")?.get(1) }
}
