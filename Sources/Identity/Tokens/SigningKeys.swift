// The project's public keys: fetched when somebody needs them, kept for a while, and asked for again no oftener than is decent.
import Synchronization

/// The keys of a JWKS.
final class SigningKeys: Sendable {
    /// How long a set is taken for the project's; one that was withdrawn is trusted for so long.
    static let lifetime: Duration = .seconds(600)
    /// How long it goes on serving while nobody answers.
    static let grace: Duration = .seconds(3600)
    /// Between two fetches that an unknown key asks for: anybody can make one up.
    static let unknownKeyPause: Duration = .seconds(30)
    /// Between two fetches while nobody answers.
    static let failurePause: Duration = .seconds(5)

    enum Found {
        /// The key, and until when it is taken for the project's.
        case key(SigningKey, until: ContinuousClock.Instant)
        case none
        case unreachable(String)
    }

    private struct Set {
        let keys: [String: SigningKey]
        let fetchedAt: ContinuousClock.Instant
    }

    private struct State {
        var set: Set?
        var fetch: Task<Void, Never>?
        /// Not before then a fetch is made for a key that the set has not, nor for a set that could not be had.
        var pausedUntil: ContinuousClock.Instant?
        var failure: SupabaseError?
    }

    private let state = Mutex(State())
    private let fetch: @Sendable () async throws(SupabaseError) -> [String: SigningKey]
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter fetch: gets the project's keys by their ids.
    init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        fetch: @escaping @Sendable () async throws(SupabaseError) -> [String: SigningKey]
    ) {
        (self.now, self.fetch) = (now, fetch)
    }

    func key(_ id: String) async -> Found {
        if let fetch = state.withLock({ dueFetch(for: id, &$0) }) { _ = await fetch.value }
        return state.withLock { known(id, $0) }
    }

    /// What the set that is there says, if it may still say anything.
    private func known(_ id: String, _ state: State) -> Found {
        guard let set = state.set, now() < set.fetchedAt + Self.lifetime + Self.grace else {
            return .unreachable(state.failure?.description ?? "its keys were not asked for")
        }
        if let key = set.keys[id] { return .key(key, until: set.fetchedAt + Self.lifetime) }
        // An old set can't tell whether there is such a key by now.
        return state.failure.map { .unreachable($0.description) } ?? .none
    }

    /// The fetch to wait for: one for all. While nobody answers there is none to wait for where the old set serves; it is made behind.
    private func dueFetch(for id: String, _ state: inout State) -> Task<Void, Never>? {
        let now = now()
        let isFresh = state.set.map { now < $0.fetchedAt + Self.lifetime } ?? false
        if isFresh, state.set?.keys[id] != nil { return nil }
        let serves = if case .key = known(id, state) { state.failure != nil } else { false }
        if let fetch = state.fetch { return serves ? nil : fetch }
        if isFresh || state.failure != nil, let pausedUntil = state.pausedUntil, now < pausedUntil { return nil }
        // The first who brings an unknown key is believed that there is one.
        if isFresh { state.pausedUntil = now + Self.unknownKeyPause }
        let task = Task { await run() }
        state.fetch = task
        return serves ? nil : task
    }

    private func run() async {
        let result: Result<Set, SupabaseError>
        do throws(SupabaseError) {
            result = .success(Set(keys: try await fetch(), fetchedAt: now()))
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.fetch = nil
            switch result {
            case .success(let set): (state.set, state.failure) = (set, nil)
            case .failure(let error): (state.failure, state.pausedUntil) = (error, now() + Self.failurePause)
            }
        }
    }
}
