// A file or standard input, in chunks, until it ends or the process is told to.
import App
import Foundation
import Ingest
import Synchronization
import SystemPackage
import UnixSignals

final class InputFile: Sendable {
    /// As it stands in the provenance of what is imported: without the folders of this machine.
    let name: String
    /// Bytes; nil where nobody knows.
    let size: Int?
    private let descriptor: FileDescriptor
    private let waiting = Mutex(Waiting())
    private static let chunk = 256 * 1024

    private struct Waiting {
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var isTerminated = false
    }

    /// - Parameter path: `-` is standard input.
    init(_ path: String) throws {
        if path == "-" {
            (name, size, descriptor) = ("standard input", nil, .standardInput)
            return
        }
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            name = FilePath(path).lastComponent?.string ?? path
            size = try Self.size(of: descriptor)
        } catch let error as Errno {
            throw Failure(.noInput, "\(path) can't be read: \(error)")
        }
    }

    /// All of a small file, such as a map.
    static func text(_ path: String) throws -> String {
        let file = try InputFile(path)
        defer { file.close() }
        var bytes: [UInt8] = []
        while let chunk = try file.read() { bytes += chunk }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(.badData, "\(path) is not UTF-8") }
        return text
    }

    /// Nil for a pipe: what can't be wound back has no end yet.
    private static func size(of descriptor: FileDescriptor) throws -> Int? {
        do {
            let end = try descriptor.seek(offset: 0, from: .end)
            try descriptor.seek(offset: 0, from: .start)
            return Int(end)
        } catch Errno.illegalSeek {
            return nil
        }
    }

    /// Nil at the end. Read on a thread of its own: a pipe may have nothing for hours, and a signal must not wait for it.
    /// - Throws: `ImportInterrupted` once the process was told to end.
    func nextChunk() async throws -> [UInt8]? {
        if size != nil, !waiting.withLock({ $0.isTerminated }) { return try read() }
        return try await withCheckedThrowingContinuation { reader in
            let isTerminated = waiting.withLock { waiting in
                if !waiting.isTerminated { waiting.reader = reader }
                return waiting.isTerminated
            }
            if isTerminated { return reader.resume(throwing: ImportInterrupted()) }
            Thread.detachNewThread { [self] in
                let chunk = Result { try read() }
                takeReader()?.resume(with: chunk)
            }
        }
    }

    /// Runs the body; on SIGTERM or SIGINT the next read, or the one that waits, throws `ImportInterrupted`.
    func untilTerminated<R>(_ body: () async throws -> R) async throws -> R {
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                waiting.withLock { $0.isTerminated = true }
                takeReader()?.resume(throwing: ImportInterrupted())
            }
        }
        defer { signals.cancel() }
        return try await body()
    }

    private func takeReader() -> CheckedContinuation<[UInt8]?, any Error>? {
        waiting.withLock { waiting in
            defer { waiting.reader = nil }
            return waiting.reader
        }
    }

    private func read() throws -> [UInt8]? {
        do {
            let bytes = try [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            return bytes.isEmpty ? nil : bytes
        } catch let error as Errno {
            throw Failure(.noInput, "\(name) can't be read: \(error)")
        }
    }

    func close() {
        // Nothing was written: there is nothing that closing could lose.
        if name != "standard input" { do { try descriptor.close() } catch {} }
    }
}
