// Gzip, in pieces of any size, and what is none.

import Connectors
import Foundation
import Testing

@Suite struct GunzipTests {
    /// By the system's gzip.
    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-c"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        // Small enough for a pipe's buffer.
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
        try input.fileHandleForWriting.close()
        let packed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(packed)
    }

    private static func unpack(_ bytes: [UInt8], pieces: Int) async throws -> [UInt8] {
        let gunzip = Gunzip()
        var rest = bytes[...]
        var result: [UInt8] = []
        func next() async throws -> [UInt8]? {
            try await gunzip.next {
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(pieces) }
                return Array(rest.prefix(pieces))
            }
        }
        while let chunk = try await next() { result += chunk }
        return result
    }

    @Test(arguments: [1, 7, 100_000])
    func unpacks(pieces: Int) async throws {
        let text = Array(String(repeating: "date,sessions\n2026-01-01,5\n", count: 1000).utf8)
        let packed = try Self.gzip(text)
        #expect(packed.count < text.count / 10)
        #expect(try await Self.unpack(packed, pieces: pieces) == text)
        // Several in a row are one.
        #expect(try await Self.unpack(packed + packed, pieces: pieces) == text + text)
        #expect(try await Self.unpack(text, pieces: pieces) == text)
    }

    @Test func whatIsShorterThanItsMark() async throws {
        for bytes in [[], [0x1F], [0x61]] as [[UInt8]] { #expect(try await Self.unpack(bytes, pieces: 1) == bytes) }
    }

    @Test func damagedIsRefused() async throws {
        var packed = try Self.gzip(Array("date,sessions\n2026-01-01,5\n".utf8))
        await #expect(throws: FileError.badGzip) { try await Self.unpack(Array(packed.dropLast(5)), pieces: 3) }
        packed[packed.count - 6] ^= 0xFF
        await #expect(throws: FileError.badGzip) { try await Self.unpack(packed, pieces: 3) }
    }
}
