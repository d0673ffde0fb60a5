// Waiting for sockets: each wait ends once, for the right reason.
import Testing

@testable import Postgres

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct IOLoopTests {
    private let loop = IOLoop.shared

    @Test func aReadySocketEndsTheWait() async {
        let pipe = WakePipe()
        async let why = loop.wait(for: .readable, on: pipe.readEnd, until: nil)
        pipe.signal()
        #expect(await why == .ready)
        #expect(await loop.wait(for: .readable, on: pipe.readEnd, until: nil) == .ready)
        pipe.drain()
        #expect(await loop.wait(for: .readable, on: pipe.readEnd, until: .now) == .timedOut)
    }

    /// Tasks on the loop's thread leave it time for sockets and deadlines, however many jobs they bring.
    @Test func aTaskThatNeverRestsKeepsNobodyWaiting() async {
        let restless = Task(executorPreference: LoopTasks.shared) { while !Task.isCancelled { await Task.yield() } }
        let pipe = WakePipe()
        #expect(await loop.wait(for: .readable, on: pipe.readEnd, until: .now + .milliseconds(20)) == .timedOut)
        pipe.signal()
        #expect(await loop.wait(for: .readable, on: pipe.readEnd, until: nil) == .ready)
        restless.cancel()
        await restless.value
    }

    /// From many threads at once, on a loop that falls asleep in between.
    @Test func everyTaskOfTheLoopRuns() async {
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<2000 {
                group.addTask { await Task(executorPreference: LoopTasks.shared) { await self.afterAPause(number) }.value }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 1_999_000)
    }

    private func afterAPause(_ number: Int) async -> Int {
        if number % 50 == 0 { _ = await loop.wait(as: loop.makeID(), until: .now + .milliseconds(1)) }
        return number
    }

    @Test func everyDeadlineEndsItsWaitAndNotBefore() async {
        let pipe = WakePipe()
        let begun = ContinuousClock.now
        let ended = await withTaskGroup(of: Int.self) { group in
            for milliseconds in [90, 30, 60] {
                group.addTask {
                    let deadline = begun + .milliseconds(milliseconds)
                    #expect(await loop.wait(for: .readable, on: pipe.readEnd, until: deadline) == .timedOut)
                    #expect(ContinuousClock.now >= deadline)
                    return milliseconds
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ended.sorted() == [30, 60, 90])
        #expect(ContinuousClock.now - begun < .seconds(15))
    }

    @Test func aWaitThatIsCancelledBeforeItBeginsDoesNotBegin() async {
        let pipe = WakePipe()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await loop.wait(for: .readable, on: pipe.readEnd, until: nil)
        }
        #expect(await task.value == .cancelled)
    }

    @Test func aWaitIsCancelledWheneverThatComes() async {
        let pipe = WakePipe()
        for round in 0..<200 {
            let task = Task { await loop.wait(for: .readable, on: pipe.readEnd, until: nil) }
            for _ in 0..<round % 20 { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    /// Ready, past its deadline and cancelled at about the same time: a wait that ended twice would trap.
    @Test func reasonsThatComeTogetherEndAWaitOnce() async {
        for round in 0..<200 {
            let pipe = WakePipe()
            let task = Task { await loop.wait(for: .readable, on: pipe.readEnd, until: .now + .microseconds(round * 5)) }
            #expect(startThread { pipe.signal() })
            for _ in 0..<round % 10 { await Task.yield() }
            task.cancel()
            #expect([.ready, .timedOut, .cancelled].contains(await task.value))
        }
    }

    /// A wait without a descriptor: ended by hand, before it begins, while it waits, or by its deadline.
    @Test func aWaitCanBeEndedByHand() async {
        let before = loop.makeID()
        loop.end(before)
        #expect(await loop.wait(as: before, until: nil) == .ready)
        for round in 0..<200 {
            let id = loop.makeID()
            let task = Task { await loop.wait(as: id, until: nil) }
            for _ in 0..<round % 20 { await Task.yield() }
            loop.end(id)
            #expect(await task.value == .ready)
        }
        #expect(await loop.wait(as: loop.makeID(), until: .now + .milliseconds(1)) == .timedOut)
    }

    @Test func aCallThatBlocksIsLeftBehind() async throws {
        let (gate, limit) = (Gate(), Duration.milliseconds(50))
        defer { gate.open() }
        await #expect(throws: PostgresError.deadlineExceeded(limit)) {
            try await blocking(until: .now + limit, limit: limit) { gate.wait() }
        }
        let task = Task { await Result { try await blocking(until: .now + .seconds(50), limit: .seconds(50)) { gate.wait() } } }
        task.cancel()
        #expect(await task.value.postgresError == .cancelled)
        let answer = try await blocking(until: .now + .seconds(50), limit: .seconds(50)) { 2 }
        #expect(answer == 2)
    }
}

/// Holds threads up until it is opened.
private final class Gate: Sendable {
    private let pipe = WakePipe()

    func wait() {
        var descriptor = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, -1)
    }

    func open() { pipe.signal() }
    deinit { pipe.close() }
}
