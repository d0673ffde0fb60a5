// A client that hangs up while its request is under way stops costing: what was done for it is cancelled, down to the statement.
package import Hummingbird
import NIOCore
import Synchronization

/// Which connections are there, and what is to be cancelled when one goes away.
final class HangUps: Sendable {
    private struct Line {
        var hasHungUp = false
        var cancel: (@Sendable () -> Void)?
    }

    private let lines = Mutex<[ObjectIdentifier: Line]>([:])

    /// Runs the body for a client of this connection, and cancels it when the client goes away.
    /// - Throws: what the body throws; a cancelled one throws its own error of that.
    func cancelling<R: Sendable>(_ channel: any Channel, _ body: @escaping @Sendable () async throws -> R) async throws -> R {
        let line = ObjectIdentifier(channel)
        // A task of its own can be cancelled from elsewhere; it stays where its connection is read.
        let work = Task(executorPreference: EventLoopExecutor(channel.eventLoop)) { try await body() }
        let hasHungUp = lines.withLock { lines in
            lines[line]?.cancel = { work.cancel() }
            return lines[line]?.hasHungUp ?? true
        }
        defer { lines.withLock { $0[line]?.cancel = nil } }
        if hasHungUp { work.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    fileprivate func begin(_ channel: any Channel) {
        lines.withLock { $0[ObjectIdentifier(channel)] = Line() }
    }

    fileprivate func hungUp(_ channel: any Channel) {
        let cancel = lines.withLock { lines in
            lines[ObjectIdentifier(channel)]?.hasHungUp = true
            return lines[ObjectIdentifier(channel)]?.cancel
        }
        cancel?()
    }

    fileprivate func end(_ channel: any Channel) {
        let line = lines.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
        line?.cancel?()
    }
}

/// Sees the end of a connection. As with nginx, a client that closes its sending half has gone: hardly any does that and still listens.
final class HangUpHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let hangUps: HangUps

    init(_ hangUps: HangUps) {
        self.hangUps = hangUps
    }

    func handlerAdded(context: ChannelHandlerContext) {
        hangUps.begin(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        hangUps.end(context.channel)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { hangUps.hungUp(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        hangUps.hungUp(context.channel)
        context.fireChannelInactive()
    }
}

/// What a route knows of its request's surroundings: the connection that it came by.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}
