// The inner loop: from byte to byte, copying whole runs of plain ones.

extension CSVParser {
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Reads on from `position`. True at the end of a record; false when the chunk is used up.
    mutating func scan(_ bytes: Span<UInt8>, from position: inout Int) throws(FileError) -> Bool {
        while position < bytes.count {
            switch state {
            case .recordStart:
                if afterCarriageReturn {
                    afterCarriageReturn = false
                    if bytes[position] == Self.lineFeed {
                        position += 1
                        continue
                    }
                }
                record.removeAll(line: line)
                fieldStart = 0
                hasNonASCII = false
                state = .fieldStart
            case .fieldStart:
                if bytes[position] == Self.quote {
                    position += 1
                    quoteLine = line
                    state = .quoted
                } else {
                    state = .plain
                }
            case .plain:
                if try scanPlain(bytes, from: &position) { return true }
            case .quoted:
                try scanQuoted(bytes, from: &position)
            case .quoteInQuoted:
                if try scanAfterQuote(bytes[position], position: &position) { return true }
            }
        }
        return false
    }

    /// Plain fields, as many as stand in a row: their bytes are copied at once, the commas between them too.
    private mutating func scanPlain(_ bytes: Span<UInt8>, from position: inout Int) throws(FileError) -> Bool {
        let start = position
        // Where a byte of this chunk comes to stand in the record.
        let shift = record.bytes.count - start
        var index = start
        var all: UInt8 = 0
        let separator = separator
        // The last of the bytes that mean something: digits, letters and the rest take one comparison.
        let last = max(separator, Self.quote)
        while index < bytes.count {
            let byte = bytes[index]
            all |= byte
            if byte > last {
                index += 1
                continue
            }
            switch byte {
            case separator:
                record.addField(from: fieldStart, to: index + shift)
                index += 1
                fieldStart = index + shift
                if index < bytes.count, bytes[index] == Self.quote {
                    try keep(bytes, start..<index, all)
                    position = index
                    state = .fieldStart
                    return false
                }
                if index == bytes.count { state = .fieldStart }
            case Self.lineFeed, Self.carriageReturn:
                try keep(bytes, start..<index, all)
                position = index + 1
                record.addField(from: fieldStart, to: record.bytes.count)
                endLine(with: byte)
                try endRecord()
                return true
            case Self.quote:
                throw .quoteInsideField(line: line)
            case 0:
                throw .zeroByte(line: line)
            default:
                index += 1
            }
        }
        try keep(bytes, start..<index, all)
        position = index
        return false
    }

    /// Inside quotes all but a quote is text, line breaks too.
    private mutating func scanQuoted(_ bytes: Span<UInt8>, from position: inout Int) throws(FileError) {
        let start = position
        var index = start
        var all: UInt8 = 0
        while index < bytes.count, bytes[index] != Self.quote {
            let byte = bytes[index]
            all |= byte
            if byte == 0 { throw .zeroByte(line: line) }
            if byte == Self.carriageReturn || (byte == Self.lineFeed && !afterCarriageReturn) { line += 1 }
            afterCarriageReturn = byte == Self.carriageReturn
            index += 1
        }
        try keep(bytes, start..<index, all)
        if index < bytes.count {
            afterCarriageReturn = false
            state = .quoteInQuoted
            index += 1
        }
        position = index
    }

    private mutating func scanAfterQuote(_ byte: UInt8, position: inout Int) throws(FileError) -> Bool {
        switch byte {
        case Self.quote:
            record.bytes.append(Self.quote)
            state = .quoted
        case separator:
            record.addField(from: fieldStart, to: record.bytes.count)
            // Kept apart, so that two halves of a character in two fields don't pass for a whole one.
            record.bytes.append(separator)
            fieldStart = record.bytes.count
            state = .fieldStart
        case Self.lineFeed, Self.carriageReturn:
            record.addField(from: fieldStart, to: record.bytes.count)
            endLine(with: byte)
            position += 1
            try endRecord()
            return true
        default:
            throw .textAfterQuote(line: line)
        }
        position += 1
        return false
    }

    private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>, _ all: UInt8) throws(FileError) {
        guard record.bytes.count + range.count <= Self.longestRecord else {
            throw state == .quoted ? .unterminatedQuote(line: quoteLine) : .recordTooLong(line: record.line)
        }
        if all >= 0x80 { hasNonASCII = true }
        bytes.extracting(range).withUnsafeBufferPointer { record.bytes.append(contentsOf: $0) }
    }

    private mutating func endLine(with byte: UInt8) {
        line += 1
        afterCarriageReturn = byte == Self.carriageReturn
    }

    mutating func endRecord() throws(FileError) {
        state = .recordStart
        if hasNonASCII, let line = record.firstLineNotUTF8 { throw decoder.isUTF16 ? .notUTF16(line: line) : .notUTF8(line: line) }
    }
}
