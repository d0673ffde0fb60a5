// A file or standard input, in chunks.
import App
import SystemPackage

struct InputFile {
    /// As it stands in the provenance of what is imported: without the folders of this machine.
    let name: String
    /// Bytes; nil where nobody knows.
    let size: Int?
    private let descriptor: FileDescriptor
    private static let chunk = 256 * 1024

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

    /// Nil at the end.
    func nextChunk() throws -> [UInt8]? {
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
