// The project's keys: how long they count, and how often they are asked for.
import Synchronization
import Testing

@testable import Identity

@Suite(.timeLimit(.minutes(10))) struct SigningKeysTests {
    /// What the project publishes, and how often it was asked.
    private final class Project: Sendable {
        private struct State {
            var answer: Result<[String: SigningKey], SupabaseError>
            var fetches = 0
        }

        private let state: Mutex<State>

        init(_ keys: [String: SigningKey]) {
            state = Mutex(State(answer: .success(keys)))
        }

        var fetches: Int { state.withLock { $0.fetches } }

        /// Until it was asked so often: a fetch behind a caller's back takes its time.
        func asked(_ times: Int) async {
            while fetches < times { await Task.yield() }
        }

        func publish(_ keys: [String: SigningKey]) {
            state.withLock { $0.answer = .success(keys) }
        }

        func fall(silent why: String) {
            state.withLock { $0.answer = .failure(.unavailable(why)) }
        }

        func fetch() throws(SupabaseError) -> [String: SigningKey] {
            let answer = state.withLock { state -> Result<[String: SigningKey], SupabaseError> in
                state.fetches += 1
                return state.answer
            }
            return try answer.get()
        }
    }

    /// Holds a fetch back.
    private final class Gate: Sendable {
        private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

        func pass() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// Callers that share an actor: whoever is counted gave the actor up only where he waits for the fetch.
    private actor Callers {
        private(set) var count = 0

        func ask(_ keys: SigningKeys, _ id: String) async -> String {
            count += 1
            return await SigningKeysTests.answer(of: keys, to: id)
        }
    }

    private static func answer(of keys: SigningKeys, to id: String) async -> String {
        switch await keys.key(id) {
        case .key: return "found"
        case .none: return "none"
        case .unreachable(let why): return why
        }
    }

    /// Until when a key is taken for the project's.
    private static func end(of keys: SigningKeys, _ id: String) async -> ContinuousClock.Instant? {
        if case .key(_, let end) = await keys.key(id) { return end }
        return nil
    }

    /// Which key it is does not matter here.
    private static func anyKey() async -> SigningKey {
        await SigningKey(secret: String(repeating: "k", count: 32))
    }

    private func keys(of project: Project, _ clock: HandClock) -> SigningKeys {
        SigningKeys(
            now: { clock.now },
            fetch: { () async throws(SupabaseError) -> [String: SigningKey] in try project.fetch() }
        )
    }

    @Test func aSetIsFreshForTenMinutes() async {
        let clock = HandClock()
        let project = Project(["a": await Self.anyKey()])
        let keys = keys(of: project, clock)
        let start = clock.now
        #expect(await Self.end(of: keys, "a") == start + .seconds(600))
        clock.advance(by: .milliseconds(599_999))
        #expect(await Self.end(of: keys, "a") == start + .seconds(600))
        #expect(project.fetches == 1)
        clock.advance(by: .milliseconds(1))
        #expect(await Self.end(of: keys, "a") == start + .seconds(1200))
        #expect(project.fetches == 2)
    }

    @Test func oneFetchServesAllWhoWait() async {
        let (clock, gate, callers) = (HandClock(), Gate(), Callers())
        let project = Project(["a": await Self.anyKey()])
        let keys = SigningKeys(
            now: { clock.now },
            fetch: { () async throws(SupabaseError) -> [String: SigningKey] in
                await gate.pass()
                return try project.fetch()
            }
        )
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask { await callers.ask(keys, "a") }
            }
            while await callers.count < 50 { await Task.yield() }
            gate.open()
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: "found", count: 50))
        #expect(project.fetches == 1)
    }

    @Test func aKeyThatTheSetHasNotIsAskedForAtOnceAndThenNotForHalfAMinute() async {
        let clock = HandClock()
        let key = await Self.anyKey()
        let project = Project(["a": key])
        let keys = keys(of: project, clock)
        #expect(await Self.answer(of: keys, to: "a") == "found")
        project.publish(["a": key, "b": key])
        #expect(await Self.answer(of: keys, to: "b") == "found")
        #expect(project.fetches == 2)

        #expect(await Self.answer(of: keys, to: "made up") == "none")
        clock.advance(by: .milliseconds(29_999))
        #expect(await Self.answer(of: keys, to: "made up, too") == "none")
        #expect(await Self.answer(of: keys, to: "b") == "found")
        #expect(project.fetches == 2)
        clock.advance(by: .milliseconds(1))
        #expect(await Self.answer(of: keys, to: "made up") == "none")
        #expect(await Self.answer(of: keys, to: "made up") == "none")
        #expect(project.fetches == 3)
    }

    /// The first set that is had at all answers for what it has not: nobody asks twice for that.
    @Test func aFirstSetWithoutTheKeyIsNotFetchedTwice() async {
        let project = Project([:])
        let keys = keys(of: project, HandClock())
        #expect(await Self.answer(of: keys, to: "a") == "none")
        #expect(project.fetches == 1)
    }

    @Test func theOldSetServesAnHourMoreWhileNobodyAnswers() async throws {
        let clock = HandClock()
        let project = Project(["a": await Self.anyKey()])
        let keys = keys(of: project, clock)
        #expect(await Self.answer(of: keys, to: "a") == "found")
        project.fall(silent: "it can't be reached")
        clock.advance(by: .seconds(600))
        // What was verified with it now is not to be remembered.
        let end = try #require(await Self.end(of: keys, "a"))
        #expect(end <= clock.now)
        #expect(project.fetches == 2)
        clock.advance(by: .milliseconds(3_599_999))
        #expect(await Self.answer(of: keys, to: "a") == "found")
        clock.advance(by: .milliseconds(1))
        #expect(await Self.answer(of: keys, to: "a") == "it can't be reached")
        clock.advance(by: .seconds(86_400))
        #expect(await Self.answer(of: keys, to: "a") == "it can't be reached")

        project.publish(["a": await Self.anyKey()])
        clock.advance(by: .seconds(5))
        #expect(await Self.answer(of: keys, to: "a") == "found")
    }

    @Test func whatFailedIsNotTriedAgainForFiveSeconds() async {
        let clock = HandClock()
        let project = Project([:])
        let keys = keys(of: project, clock)
        project.fall(silent: "it answered 500")
        #expect(await Self.answer(of: keys, to: "a") == "it answered 500")
        project.fall(silent: "it answered 502")
        #expect(await Self.answer(of: keys, to: "b") == "it answered 500")
        clock.advance(by: .milliseconds(4999))
        #expect(await Self.answer(of: keys, to: "a") == "it answered 500")
        #expect(project.fetches == 1)
        clock.advance(by: .milliseconds(1))
        #expect(await Self.answer(of: keys, to: "a") == "it answered 502")
        #expect(project.fetches == 2)

        project.publish(["a": await Self.anyKey()])
        clock.advance(by: .seconds(5))
        #expect(await Self.answer(of: keys, to: "a") == "found")
        #expect(project.fetches == 3)
    }

    /// A set past its time is tried again every five seconds, and no oftener, by whoever comes.
    @Test func anOldSetIsTriedAgainEveryFiveSeconds() async {
        let clock = HandClock()
        let project = Project(["a": await Self.anyKey()])
        let keys = keys(of: project, clock)
        #expect(await Self.answer(of: keys, to: "a") == "found")
        project.fall(silent: "it can't be reached")
        clock.advance(by: .seconds(600))
        for _ in 0..<10 { #expect(await Self.answer(of: keys, to: "a") == "found") }
        #expect(project.fetches == 2)
        clock.advance(by: .seconds(5))
        #expect(await Self.answer(of: keys, to: "a") == "found")
        await project.asked(3)
        for _ in 0..<10 { #expect(await Self.answer(of: keys, to: "a") == "found") }
        #expect(project.fetches == 3)
    }

    @Test func aKeyThatWasWithdrawnIsRefusedFromTheNextFetchOn() async {
        let clock = HandClock()
        let key = await Self.anyKey()
        let project = Project(["a": key, "b": key])
        let keys = keys(of: project, clock)
        #expect(await Self.answer(of: keys, to: "b") == "found")
        project.publish(["a": key])
        clock.advance(by: .milliseconds(599_999))
        #expect(await Self.answer(of: keys, to: "b") == "found")
        clock.advance(by: .milliseconds(1))
        #expect(await Self.answer(of: keys, to: "b") == "none")
        #expect(await Self.answer(of: keys, to: "a") == "found")
    }

    /// Whoever comes with an unknown key brings the news for all.
    @Test func aFetchForAnotherKeyWithdrawsItAtOnce() async {
        let key = await Self.anyKey()
        let project = Project(["a": key, "b": key])
        let keys = keys(of: project, HandClock())
        #expect(await Self.answer(of: keys, to: "b") == "found")
        project.publish(["a": key])
        #expect(await Self.answer(of: keys, to: "c") == "none")
        #expect(await Self.answer(of: keys, to: "b") == "none")
    }
}
