// A client that hangs up while its request is under way stops costing: what was done for it is cancelled, down to the statement.
package import Hummingbird
import NIOCore
import Synchronization

/// Which connections are there, and what is to be cancelled when one goes away.
final class HangUps: Sendable {
    private struct Line {
        var hasHungUp = false
        var task: RunningTask?
    }

    private let lines = Mutex<[ObjectIdentifier: Line]>([:])

    /// Runs the body for a client of this connection. When the client goes away, the task that it runs in is cancelled: that of the
    /// connection, which nobody needs any more.
    func cancelling<R>(_ channel: any Channel, _ body: () async throws -> R) async throws -> R {
        let line = ObjectIdentifier(channel)
        let task = withUnsafeCurrentTask { $0.map(RunningTask.init) }
        let hasHungUp = lines.withLock { lines in
            lines[line]?.task = task
            return lines[line]?.hasHungUp ?? true
        }
        defer { lines.withLock { $0[line]?.task = nil } }
        if hasHungUp { task?.cancel() }
        return try await body()
    }

    fileprivate func begin(_ channel: any Channel) {
        lines.withLock { $0[ObjectIdentifier(channel)] = Line() }
    }

    fileprivate func hungUp(_ channel: any Channel) {
        let task = lines.withLock { lines in
            lines[ObjectIdentifier(channel)]?.hasHungUp = true
            return lines[ObjectIdentifier(channel)]?.task
        }
        task?.cancel()
    }

    fileprivate func end(_ channel: any Channel) {
        hungUp(channel)
        lines.withLock { $0[ObjectIdentifier(channel)] = nil }
    }
}

/// A task while it runs. A task of its own for each request would do without, at a twentieth of what a request costs.
///
/// `@unchecked Sendable`: what `Task` has too, `cancel()` among it, may be called on an `UnsafeCurrentTask` from anywhere as long as its task
/// runs; what is held here keeps it from going away, and a cancel that comes just after a request ends a connection that is over anyway.
private struct RunningTask: @unchecked Sendable {
    private let task: UnsafeCurrentTask

    init(_ task: UnsafeCurrentTask) {
        self.task = task
    }

    func cancel() {
        task.cancel()
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
