// Arrays of C strings for the calls of libpq that take them.

/// Lends the strings as a NULL-terminated array of C strings; nil becomes a NULL pointer. Valid only inside the body.
func withCStrings<R>(_ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    var bytes: [CChar] = []
    var offsets: [Int?] = []
    for string in strings {
        guard let string else {
            offsets.append(nil)
            continue
        }
        offsets.append(bytes.count)
        for byte in string.utf8 { bytes.append(CChar(bitPattern: byte)) }
        bytes.append(0)
    }
    return unsafe bytes.withUnsafeBufferPointer { storage in
        var pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
            unsafe offset.flatMap { offset in unsafe storage.baseAddress.map { unsafe $0 + offset } }
        }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { list in
            guard let base = list.baseAddress else { preconditionFailure("the list holds at least its terminator") }
            return unsafe body(base)
        }
    }
}
