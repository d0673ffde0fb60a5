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
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == Byte.minus, bytes[7] == Byte.minus,
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]), let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard Byte.digits.contains(digit) else { return nil }
            number = number * 10 + Int(digit - Byte.zero)
        }
        return number
    }
}
