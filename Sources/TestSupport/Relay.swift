// A way to the pooler that can be counted, cut and stalled.
import Postgres
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Listens on a port of its own and passes bytes on, on threads of its own.
package final class Relay: Sendable {
    private struct State {
        var accepted = 0
        var ended = 0
        var turns = 0
        var nearSpokeLast = false
        var pairs: [ObjectIdentifier: Pair] = [:]
        var isStalled = false
        var cut: Cut?
        var turnsAtCut = 0
    }

    /// Where a connection is cut that is to be cut once.
    package enum Cut: Sendable, CaseIterable {
        /// The client has spoken, and nobody heard it.
        case beforeTheServer
        /// It was heard; whether it was also understood is open.
        case afterTheServer
        /// The answer has come, and does not get through.
        case beforeTheClient
        /// Half of what came of it gets through.
        case inTheAnswer
    }

    /// The two sockets of one connection, closed when nobody uses them any more.
    private final class Pair: Sendable {
        let sockets: [CInt]
        private let isReset = Atomic<Bool>(false)
        init(_ sockets: [CInt]) { self.sockets = sockets }
        func cut() { for socket in sockets { _ = shutdown(socket, CInt(isReset.load(ordering: .relaxed) ? SHUT_RD : SHUT_RDWR)) } }

        /// When the sockets are closed, their other ends meet a reset and not a farewell.
        func reset() {
            isReset.store(true, ordering: .relaxed)
            var now = linger(l_onoff: 1, l_linger: 0)
            for socket in sockets { setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size)) }
        }

        deinit { for socket in sockets { close(socket) } }
    }

    package let port: Int
    private let listener: CInt
    private let target: Int?
    private let state = Mutex(State())

    /// - Parameter target: the port on 127.0.0.1 that everything is passed on to; nil accepts and says nothing.
    package static func with<R>(to target: Int?, _ body: (Relay) async throws -> R) async throws -> R {
        let relay = try Relay(to: target)
        defer { relay.end() }
        return try await body(relay)
    }

    package init(to target: Int?) throws {
        self.target = target
        listener = Loopback.makeSocket()
        var address = Loopback.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) != 0 || listen(socket, 64) != 0 || getsockname(socket, $0, &length) != 0
            }
        }
        if failed { throw NoPort() }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard startThread({ [self] in acceptAll() }) else { throw NoPort() }
    }

    /// Connections so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Connections that the client has ended.
    package var ended: Int { state.withLock { $0.ended } }

    /// How often the client spoke after the other end had: round trips, when there is one connection and nobody interrupts.
    package var turns: Int { state.withLock { $0.turns } }

    /// Cuts all connections there are, without a word.
    package func cut() { for pair in state.withLock({ $0.pairs.values }) { pair.cut() } }

    /// Cuts the next conversation there: what the client says next, or the answer to it. Nil takes that back.
    package func cutNext(_ cut: Cut?) { state.withLock { ($0.cut, $0.turnsAtCut) = (cut, $0.turns) } }

    /// From now on nothing gets through, and nobody is told.
    package func stall() { state.withLock { $0.isStalled = true } }

    /// New conversations get through again.
    package func resume() { state.withLock { $0.isStalled = false } }

    package func end() {
        _ = shutdown(listener, CInt(SHUT_RDWR))
        cut()
    }

    private func acceptAll() {
        while true {
            let near = accept(listener, nil, nil)
            guard near >= 0 else { break }
            var sockets = [near]
            if let target { sockets.append(Loopback.connected(to: target)) }
            let pair = Pair(sockets)
            state.withLock {
                $0.accepted += 1
                $0.pairs[ObjectIdentifier(pair)] = pair
            }
            let isPumping = startThread { [self] in
                pump(pair, from: near, to: target == nil ? nil : pair.sockets.last, isNear: true)
                state.withLock { $0.ended += 1 }
            }
            let isAnswering = pair.sockets.dropFirst().first.map { far in
                startThread { [self] in pump(pair, from: far, to: pair.sockets[0], isNear: false) }
            }
            if !isPumping || isAnswering == false { pair.cut() }
        }
        close(listener)
    }

    private func pump(_ pair: Pair, from source: CInt, to sink: CInt?, isNear: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            state.withLock { state in
                if isNear, !state.nearSpokeLast { state.turns += 1 }
                state.nearSpokeLast = isNear
            }
            guard let sink, !state.withLock({ $0.isStalled }) else { continue }
            let cut = takeCut(isNear)
            if cut == .beforeTheServer || cut == .beforeTheClient { break }
            if cut == .inTheAnswer { count /= 2 }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { send(sink, $0.baseAddress.map { $0 + sent }, count - sent, Loopback.quietly) }
                guard written > 0 else { return pair.cut() }
                sent += written
            }
            if cut == .inTheAnswer { pair.reset() }
            if cut == .afterTheServer || cut == .inTheAnswer { break }
        }
        // The other pump ends with it; the sockets are closed when neither needs them.
        pair.cut()
        state.withLock { $0.pairs[ObjectIdentifier(pair)] = nil }
    }

    /// The cut that is due on this side, once. One on the answer waits until the client has spoken.
    private func takeCut(_ isNear: Bool) -> Cut? {
        state.withLock { state in
            guard let cut = state.cut else { return nil }
            switch cut {
            case .beforeTheServer, .afterTheServer: guard isNear else { return nil }
            case .beforeTheClient, .inTheAnswer: guard !isNear, state.turns > state.turnsAtCut else { return nil }
            }
            state.cut = nil
            return cut
        }
    }

    /// The system has no port for us.
    private struct NoPort: Error {}
}
