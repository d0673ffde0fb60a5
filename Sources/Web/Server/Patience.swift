// How long a client may take. Whoever sends or reads a byte now and then holds a connection otherwise, and so does whoever does that often.
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// The limits of a connection.
struct PatienceLimits: Sendable {
    /// Between two requests. Longer than proxies keep their idle connections, so that it is they who end them.
    var betweenRequests: TimeAmount = .seconds(75)
    /// From a request's first byte to the end of its headers.
    var headers: TimeAmount = .seconds(10)
    /// For the whole of a body, save that of an import.
    var body: TimeAmount = .seconds(30)
    /// Without a byte of an import's body while we wait for one, or of an answer being taken while it is full.
    var silence: TimeAmount = .seconds(60)
    /// How often the clock is looked at.
    var tick: TimeAmount = .seconds(2)
}

/// Ends a connection whose client takes longer than that. Knows where a connection stands by what goes through it.
final class Patience: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Stage: Equatable {
        /// No request is under way.
        case between
        case headers
        /// - mayLast: an import's that was not answered yet: it may take as long as it goes on.
        case body(mayLast: Bool)
        /// The request is there, its answer is not, or not all of it.
        case answer
    }

    private let limits: PatienceLimits
    private var stage = Stage.between
    /// Requests whose answers have not ended. More than one where a client does not wait for them.
    private var owed = 0
    /// By when the client must have sent what is due; nil while it is not its turn.
    private var sending: NIODeadline?
    /// By when it must have taken something of what waits for it; nil while little does.
    private var taking: NIODeadline?
    private var waitingBytes = 0
    private var clock: Scheduled<Void>?

    init(_ limits: PatienceLimits = PatienceLimits()) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        sending = context.eventLoop.now + limits.betweenRequests
        windUp(context)
        // In front of the decoder: a byte of a header is seen before the header is one.
        let first = FirstBytes { [weak self] in self?.bytesCame(context) }
        do { try context.pipeline.syncOperations.addHandler(first, position: .first) } catch { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        clock?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock?.cancel()
        context.fireChannelInactive()
    }

    private func bytesCame(_ context: ChannelHandlerContext) {
        guard stage == .between else { return }
        enter(.headers, within: limits.headers, context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            owed += 1
            let mayLast = head.method == .post && head.path?.prefix { $0 != "?" }.split(separator: "/") == ["v1", "imports"]
            enter(.body(mayLast: mayLast), within: mayLast ? limits.silence : limits.body, context)
        case .body:
            // Whether we want more shows when we ask for it: an import that waits for the database makes its client wait.
            if stage == .body(mayLast: true) { sending = nil }
        case .end:
            if owed == 0 { enter(.between, within: limits.betweenRequests, context) } else { enter(.answer, within: nil, context) }
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if stage == .body(mayLast: true) { sending = context.eventLoop.now + limits.silence }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            owed -= 1
            switch stage {
            // What is left of a body that was answered before its end is nobody's any more.
            case .body where owed == 0: enter(.body(mayLast: false), within: limits.body, context)
            case .answer where owed == 0: enter(.between, within: limits.betweenRequests, context)
            case .between, .headers, .body, .answer: break
            }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        taking = context.channel.isWritable ? nil : context.eventLoop.now + limits.silence
        context.fireChannelWritabilityChanged()
    }

    private func enter(_ stage: Stage, within limit: TimeAmount?, _ context: ChannelHandlerContext) {
        self.stage = stage
        sending = limit.map { context.eventLoop.now + $0 }
    }

    /// The clock is looked at now and then: a timer for each request would cost more than the request.
    private func windUp(_ context: ChannelHandlerContext) {
        clock = context.eventLoop.assumeIsolated().scheduleTask(in: limits.tick) { [weak self] in
            guard let self else { return }
            let now = context.eventLoop.now
            if taking != nil { noteWhatWasTaken(context, now) }
            if [sending, taking].contains(where: { $0.map { $0 <= now } ?? false }) { return context.close(promise: nil) }
            windUp(context)
        }
    }

    /// An answer in one piece is taken bit by bit, and the client has its time for the next request when it is through.
    private func noteWhatWasTaken(_ context: ChannelHandlerContext, _ now: NIODeadline) {
        do {
            let bytes = try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? waitingBytes
            if bytes < waitingBytes { taking = now + limits.silence }
            waitingBytes = bytes
        } catch {
            // A channel that does not count: its writability tells.
        }
        if stage == .between { sending = now + limits.betweenRequests }
    }
}

/// Tells of bytes before anybody knows what they are.
private final class FirstBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let came: () -> Void

    init(_ came: @escaping () -> Void) {
        self.came = came
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        came()
        context.fireChannelRead(data)
    }
}
