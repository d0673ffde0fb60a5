// A pipe to oneself: what wakes the loop from poll(2).

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

struct WakePipe: Sendable {
    let readEnd: CInt
    private let writeEnd: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        let failed = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) }
        precondition(failed == 0, "the system gives no more file descriptors")
        for end in ends {
            // Never inherited by a child, never blocking: a full pipe already wakes.
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    func close() {
        closeDescriptor(readEnd)
        closeDescriptor(writeEnd)
    }

    func signal() {
        var byte: UInt8 = 1
        _ = unsafe write(writeEnd, &byte, 1)
    }

    func drain() {
        unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while unsafe read(readEnd, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}

/// close(2) under a name that `WakePipe.close` does not hide.
private func closeDescriptor(_ descriptor: CInt) {
    _ = close(descriptor)
}

/// poll(2) under a name that `IOLoop.poll` does not hide.
func pollOnce(_ descriptors: UnsafeMutableBufferPointer<pollfd>, _ timeout: CInt) -> CInt {
    unsafe poll(descriptors.baseAddress, nfds_t(descriptors.count), timeout)
}
