// How long a client may take, on a clock that goes when it is told to.
//
// The pipeline is that of a connection: bytes go in and out, and what is tested stands behind the decoder, as it does in the server.
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import Web

@Suite struct PatienceTests {
    /// The server's end of a connection. The test is the client, and whatever makes the answers.
    private final class Line {
        private let channel: EmbeddedChannel

        init() throws {
            channel = EmbeddedChannel(handlers: [
                HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                HTTP1ToHTTPServerCodec(secure: false), Patience(),
            ])
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        }

        var isOpen: Bool { channel.isActive }

        func advance(_ seconds: Int64) {
            channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        }

        func send(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }

        /// The server waits for more of the body.
        func read() {
            channel.read()
        }

        /// A character each second, for as long as the connection is there and the server reads.
        /// - Returns: the seconds until it was closed; nil when it outlived them all.
        func drip(_ text: String) throws -> Int? {
            for (index, character) in text.enumerated() {
                read()
                advance(1)
                guard isOpen else { return index + 1 }
                try send(String(character))
            }
            return nil
        }

        func beginAnswer(_ status: HTTPResponse.Status = .ok) throws {
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
        }

        func endAnswer() throws {
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }

        /// The client takes nothing any more, or again.
        func fill(_ isFull: Bool = true) {
            channel.isWritable = !isFull
            channel.pipeline.fireChannelWritabilityChanged()
        }

        func end() {
            // What was cut short is no HTTP, and the decoder says so: that is no news.
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
    }

    private func connected(_ body: (Line) throws -> Void) throws {
        let line = try Line()
        defer { line.end() }
        try body(line)
    }

    private static let get = "GET /v1/entries HTTP/1.1\r\nHost: x\r\n\r\n"

    private static func head(_ request: String, length: Int = 1_000_000) -> String {
        "\(request) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test func aConnectionThatAsksNothingIsClosedAfterSeventyFiveSeconds() throws {
        try connected { line in
            line.advance(74)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    /// From the end of the last answer on, and not from that of the connection's beginning.
    @Test func soIsOneBetweenTwoRequests() throws {
        try connected { line in
            for _ in 0..<3 {
                line.advance(74)
                try line.send(Self.get)
                line.advance(20)
                try line.beginAnswer()
                try line.endAnswer()
            }
            line.advance(74)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    @Test func headersHaveTenSecondsThoughBytesKeepComing() throws {
        try connected { line in
            line.advance(5)
            try line.send("G")
            let closed = try line.drip("ET /v1/entries HTTP/1.1\r\nHost: x\r\nX-Long: " + String(repeating: "a", count: 60))
            let seconds = try #require(closed)
            #expect((10...12).contains(seconds))
        }
    }

    @Test func headersThatAreThereInTimeAreAnswered() throws {
        try connected { line in
            try line.send("GET /v1/entries HTT")
            line.advance(9)
            try line.send("P/1.1\r\nHost: x\r\n\r\n")
            line.advance(100)
            #expect(line.isOpen)
        }
    }

    /// The second request has them, too.
    @Test func headersOfALaterRequestHaveTenSeconds() throws {
        try connected { line in
            try line.send(Self.get)
            try line.beginAnswer()
            try line.endAnswer()
            line.advance(60)
            try line.send("G")
            line.advance(9)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    @Test func aBodyHasThirtySecondsThoughItDrips() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/query"))
            let closed = try line.drip(String(repeating: "x", count: 100))
            let seconds = try #require(closed)
            #expect((30...32).contains(seconds))
        }
    }

    @Test func aBodyThatIsThereInTimeIsAnswered() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/query", length: 29))
            let closed = try line.drip(String(repeating: "x", count: 29))
            #expect(closed == nil)
            line.advance(3600)
            #expect(line.isOpen)
        }
    }

    @Test(arguments: [
        ("POST /v1/imports", true), ("POST /v1/imports?user=somebody%40example.test", true), ("GET /v1/imports", false),
        ("PUT /v1/imports", false), ("POST /v1/imports/1/undo", false), ("POST /v1/importsx", false), ("POST /v1/entries", false),
        ("POST /v1/query?/v1/imports", false), ("PUT /v1/metadata/x", false),
    ])
    func anImportAloneMayLast(request: String, mayLast: Bool) throws {
        try connected { line in
            try line.send(Self.head(request))
            let closed = try line.drip(String(repeating: "x", count: 2000))
            #expect((closed == nil) == mayLast)
            #expect(line.isOpen == mayLast)
        }
    }

    @Test func anImportWhoseClientFallsSilentIsCutAfterAMinute() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/imports"))
            line.read()
            line.advance(59)
            try line.send("date,sessions\n")
            line.read()
            line.advance(59)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    /// From its headers on: a client that sends no byte of the body is silent, too.
    @Test func anImportThatNeverBeginsIsCutAfterAMinute() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/imports"))
            line.read()
            line.advance(59)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    /// Nobody reads while an import waits for the database: then it is not the client who is slow.
    @Test func anImportIsNotCutWhileItMakesItsClientWait() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/imports"))
            try line.send("date,sessions\n")
            line.advance(3600)
            #expect(line.isOpen)
            line.read()
            line.advance(59)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    @Test func anAnswerMayTakeAsLongAsItTakesToBeMade() throws {
        for request in [Self.get, Self.head("POST /v1/imports", length: 0), Self.head("POST /v1/query", length: 0)] {
            try connected { line in
                try line.send(request)
                line.advance(7200)
                #expect(line.isOpen)
                try line.beginAnswer()
                line.advance(7200)
                #expect(line.isOpen)
            }
        }
    }

    /// A client that does not wait for one answer before it asks for the next is owed both.
    @Test func soMayTheAnswerOfARequestThatCameBeforeTheLastAnswer() throws {
        try connected { line in
            try line.send(Self.get + Self.get)
            try line.beginAnswer()
            try line.endAnswer()
            line.advance(3600)
            #expect(line.isOpen)
            try line.beginAnswer()
            try line.endAnswer()
            line.advance(74)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    @Test func anAnswerThatNobodyTakesIsCutAfterAMinute() throws {
        try connected { line in
            try line.send(Self.get)
            try line.beginAnswer()
            line.advance(600)
            line.fill()
            line.advance(59)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    /// Whoever asks for more meanwhile takes no more of it by that.
    @Test func soIsOneWhoseClientAsksForTheNextInstead() throws {
        try connected { line in
            try line.send(Self.get)
            try line.beginAnswer()
            line.fill()
            try line.send(Self.get)
            line.advance(3600)
            #expect(!line.isOpen)
        }
    }

    @Test func anAnswerThatIsTakenSlowlyGoesOn() throws {
        try connected { line in
            try line.send(Self.get)
            try line.beginAnswer()
            for _ in 0..<20 {
                line.fill()
                line.advance(55)
                line.fill(false)
                line.advance(55)
            }
            #expect(line.isOpen)
            // And the connection is as good as any afterwards.
            try line.endAnswer()
            line.advance(74)
            #expect(line.isOpen)
            line.advance(3)
            #expect(!line.isOpen)
        }
    }

    /// Whoever is refused before his body was read sends the rest of it, and may ask again. He is between two requests then, like anybody.
    @Test func anAnswerBeforeTheBodysEndLeavesNoConnectionThatNeverEnds() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/query", length: 1))
            try line.beginAnswer(.unauthorized)
            try line.endAnswer()
            line.read()
            try line.send("x")
            line.advance(3600)
            #expect(!line.isOpen)
        }
    }

    @Test func theHeadersAfterSuchAnAnswerHaveTenSeconds() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/query", length: 1))
            try line.beginAnswer(.unauthorized)
            try line.endAnswer()
            line.read()
            try line.send("x")
            let closed = try line.drip("GET /v1/entries HTTP/1.1\r\nHost: x\r\nX-Long: " + String(repeating: "a", count: 200))
            #expect(closed != nil)
        }
    }

    /// What is left of an import that was refused is of no use to anybody.
    @Test func theRestOfAnImportThatWasAnsweredMayNotLast() throws {
        try connected { line in
            try line.send(Self.head("POST /v1/imports"))
            try line.beginAnswer(.unauthorized)
            try line.endAnswer()
            let closed = try line.drip(String(repeating: "x", count: 600))
            #expect(closed != nil)
        }
    }
}
