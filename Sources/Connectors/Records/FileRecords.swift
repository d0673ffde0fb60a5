// The records of a file, whatever separates them: CSV, or a JSON object per line.

/// Reads records from the bytes of a file, chunk by chunk.
struct FileRecords: Sendable {
    private var csv: CSVParser?
    private var lines: NDJSONRecords?
    private var held: [UInt8] = []

    init(isNDJSON: Bool? = nil) {
        if let isNDJSON { decide(isNDJSON) }
    }

    /// Whether commas separate the fields. In JSON a number has one reading only.
    var hasCommas: Bool { csv?.hasCommas ?? true }

    mutating func feed(_ bytes: [UInt8]) {
        if csv == nil, lines == nil {
            held += bytes
            guard let isJSON = NDJSONRecords.begins(held) else { return }
            decide(isJSON)
        } else if csv != nil {
            csv?.feed(bytes)
        } else {
            lines?.feed(bytes)
        }
    }

    mutating func finish() {
        if csv == nil, lines == nil { decide(false) }
        csv?.finish()
        lines?.finish()
    }

    mutating func next() throws(FileError) -> FileRecord? {
        if csv != nil { return try csv?.next() }
        return try lines?.next()
    }

    private mutating func decide(_ isJSON: Bool) {
        if isJSON {
            lines = NDJSONRecords()
            lines?.feed(held)
        } else {
            csv = CSVParser(.detected)
            csv?.feed(held)
        }
        held = []
    }
}
