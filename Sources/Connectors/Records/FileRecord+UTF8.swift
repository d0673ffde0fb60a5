// Whether a record is UTF-8, and if not, on which line.

extension FileRecord {
    /// The line of the first byte that is no UTF-8; nil if all are.
    var firstLineNotUTF8: Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var line = line
        var previous: Unicode.Scalar?
        // Between fields there are no line breaks, and inside them a CR, an LF or both of them end a line.
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            if scalar == "\r" || (scalar == "\n" && previous != "\r") { line += 1 }
            previous = scalar
        }
        return line
    }
}
