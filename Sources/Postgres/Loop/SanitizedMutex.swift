// For Thread Sanitizer only (`make tsan`): it does not see the lock of Synchronization's Mutex on Linux, whose code is not
// instrumented, and would call all that it guards a race. pthread's it knows.
#if SANITIZED
    #if canImport(Darwin)
        import Darwin
    #else
        import Glibc
    #endif

    /// Stands in this module before Synchronization's type of the same name, with as much of it as is used here.
    @safe final class Mutex<Value>: @unchecked Sendable {
        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private var value: Value

        init(_ value: consuming sending Value) {
            self.value = value
            unsafe lock = .allocate(capacity: 1)
            let failure = unsafe pthread_mutex_init(lock, nil)
            precondition(failure == 0)
        }

        deinit {
            unsafe pthread_mutex_destroy(lock)
            unsafe lock.deallocate()
        }

        func withLock<R, E: Error>(_ body: (inout sending Value) throws(E) -> sending R) throws(E) -> sending R {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            return try body(&value)
        }
    }
#endif
