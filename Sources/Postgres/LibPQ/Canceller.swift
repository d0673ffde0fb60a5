// Owns what a cancel request needs.
import CLibPQ

/// Asks the server to stop what a connection is doing. libpq 15 does that blocking, over a connection of its own.
///
/// `@unchecked Sendable`: libpq never changes a PGcancel, and documents PQcancel as safe to call from any thread.
@safe final class Canceller: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe PQfreeCancel(pointer)
    }

    /// Blocks until the request is delivered or refused: call it on a thread of its own.
    func sendBlocking() {
        // Whether it was delivered is of no use here: the connection it was for has been given up.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = unsafe PQcancel(pointer, buffer.baseAddress, CInt(buffer.count))
        }
    }
}
