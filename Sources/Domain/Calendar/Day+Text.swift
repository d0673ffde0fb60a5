// Days as ISO 8601 writes them: 2024-02-29.

extension Day: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    package var description: String {
        let parts = parts
        return String(unsafeUninitializedCapacity: 10) { buffer in
            func write(_ number: Int, at index: Int, width: Int) {
                var rest = number
                for offset in (0..<width).reversed() {
                    buffer[index + offset] = Byte.zero + UInt8(rest % 10)
                    rest /= 10
                }
            }
            write(parts.year, at: 0, width: 4)
            buffer[4] = Byte.minus
            write(parts.month, at: 5, width: 2)
            buffer[7] = Byte.minus
            write(parts.day, at: 8, width: 2)
            return 10
        }
    }
}

extension Day {
    /// Reads `YYYY-MM-DD` and nothing else.
    package init?(iso text: String) {
        var text = text
        let parts = text.withUTF8 { bytes -> (year: Int, month: Int, day: Int)? in
            guard bytes.count == 10, bytes[4] == Byte.minus, bytes[7] == Byte.minus else { return nil }
            func number(_ places: Range<Int>) -> Int? {
                var number = 0
                for place in places {
                    guard Byte.digits.contains(bytes[place]) else { return nil }
                    number = number * 10 + Int(bytes[place] - Byte.zero)
                }
                return number
            }
            guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
            return (year, month, day)
        }
        guard let parts else { return nil }
        self.init(year: parts.year, month: parts.month, day: parts.day)
    }
}
