// Threads for what must not run on Swift's own: the loop itself, and calls that block (see Blocking.swift).

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs the body on a new, detached thread.
/// - Returns: false when the system has no thread left.
package func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let failure = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            #if canImport(Darwin)
                let box = unsafe argument
            #else
                guard let box = unsafe argument else { return nil }
            #endif
            unsafe Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
            return nil
        },
        box
    )
    guard failure == 0 else {
        unsafe Unmanaged<Box>.fromOpaque(box).release()
        return false
    }
    #if canImport(Darwin)
        if let thread { unsafe pthread_detach(thread) }
    #else
        pthread_detach(thread)
    #endif
    return true
}
