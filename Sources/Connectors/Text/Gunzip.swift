// What was compressed with gzip, by its first two bytes; everything else as it is.
import CZlib

/// Decodes a stream of bytes where it is gzip (RFC 1952), in pieces, so that a little input that unpacks to very much never lies in memory.
package final class Gunzip {
    private enum State {
        case undecided, plain, packed, ended
    }

    /// Bytes handed out at once.
    private static let piece = 256 * 1024

    private var state = State.undecided
    private var input: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var stream = z_stream()

    package init() {}

    deinit {
        if state == .packed || state == .ended { inflateEnd(&stream) }
    }

    /// The next decoded bytes; nil at the end.
    /// - Parameter nextChunk: the bytes as they came; nil at the end.
    /// - Throws: `FileError.badGzip`, or what `nextChunk` throws.
    package func next(_ nextChunk: () async throws -> [UInt8]?) async throws -> [UInt8]? {
        while true {
            switch state {
            case .plain:
                guard !input.isEmpty else { return try await nextChunk() }
                defer { input = [] }
                return input
            case .undecided:
                if let chunk = try await nextChunk() { input += chunk } else { isAtEnd = true }
                if input.count >= 2 || isAtEnd { try decide() }
                if isAtEnd, state == .plain, input.isEmpty { return nil }
            case .packed, .ended:
                if position == input.count, !isAtEnd {
                    if let chunk = try await nextChunk() { (input, position) = (chunk, 0) } else { isAtEnd = true }
                    // An empty chunk begins no further file.
                    if position == input.count, !isAtEnd { continue }
                }
                if position == input.count, isAtEnd {
                    guard state == .ended else { throw FileError.badGzip }
                    return nil
                }
                let bytes = try inflateSome()
                if !bytes.isEmpty { return bytes }
            }
        }
    }

    private func decide() throws {
        guard input.starts(with: [0x1F, 0x8B]) else {
            state = .plain
            return
        }
        guard livinglytics_inflate_begin(&stream) == Z_OK else { throw FileError.badGzip }
        state = .packed
    }

    private func inflateSome() throws -> [UInt8] {
        // One file may be several packed ones in a row.
        if state == .ended {
            guard inflateReset(&stream) == Z_OK else { throw FileError.badGzip }
            state = .packed
        }
        var result = Z_OK
        var left = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.piece) { output, count in
            input.withUnsafeMutableBufferPointer { buffer in
                let rest = UnsafeMutableBufferPointer(rebasing: buffer[position...])
                stream.next_in = rest.baseAddress
                stream.avail_in = UInt32(rest.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                result = inflate(&stream, Z_NO_FLUSH)
                left = Int(stream.avail_in)
            }
            count = output.count - Int(stream.avail_out)
        }
        position = input.count - left
        switch result {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = .ended
        default: throw FileError.badGzip
        }
        return bytes
    }
}
