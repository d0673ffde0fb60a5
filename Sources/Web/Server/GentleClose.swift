// How connections end when the server stops: not with a request already on its way.
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Lets an idle connection live a moment longer when the server stops.
///
/// Closed at once, as Hummingbird does it, it is reset under a client that has just sent its next request: a proxy in front then has
/// a failed request that it must not repeat if it was a POST. A request that comes in this moment is answered, and the answer says
/// that it is the last; so are the answers of requests that are under way.
final class GentleClose: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Longer than a proxy near by takes to send what it has begun to send.
    private static let grace = TimeAmount.seconds(1)

    private var isStopping = false
    private var saidClose = false
    private var timer: Scheduled<Void>?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        guard !isStopping else { return }
        isStopping = true
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.grace) {
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isStopping else { return context.write(data, promise: promise) }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            head.headerFields[.connection] = "close"
            saidClose = true
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where saidClose:
            timer?.cancel()
            context.writeAndFlush(data, promise: promise)
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        case .body, .end:
            context.write(data, promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }
}
