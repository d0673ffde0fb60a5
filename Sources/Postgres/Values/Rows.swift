// The answer of a statement: rows of text, decoded as the caller asks.

/// All rows of one answer, and how many rows the command touched.
package struct Rows: Sendable, RandomAccessCollection {
    package let columns: [String]
    /// Rows inserted, updated, deleted or selected, as the command tag says; 0 where it counts none.
    package let affected: Int
    private let commandTag: String
    private let fields: [String?]
    package let endIndex: Int

    /// The answer of a statement that has none.
    static let none = Rows()

    private init() {
        (columns, affected, commandTag, fields, endIndex) = ([], 0, "", [], 0)
    }

    init(_ result: borrowing ResultHandle) {
        let (width, height) = (result.columnCount, result.rowCount)
        columns = (0..<width).map { result.columnName($0) }
        affected = result.affectedRows ?? 0
        commandTag = result.commandTag
        endIndex = height
        var fields: [String?] = []
        fields.reserveCapacity(width * height)
        for row in 0..<height {
            for column in 0..<width { fields.append(result.text(row: row, column: column)) }
        }
        self.fields = fields
    }

    func commandWas(_ tag: String) -> Bool { commandTag == tag }

    package var startIndex: Int { 0 }

    package subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row \(position) of \(endIndex)")
        return Row(fields: fields[position * columns.count..<(position + 1) * columns.count])
    }
}

/// One row. Columns are read by position, in the type that the context asks for:
/// `let email: String = try row.get(0)`, `let org: UUID? = try row.get(1)`.
package struct Row: Sendable {
    private let fields: ArraySlice<String?>

    init(fields: ArraySlice<String?>) {
        self.fields = fields
    }

    /// A value that must be there.
    package func get<Value: PostgresReadable>(_ column: Int, as: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard let text = try text(column), let value = Value(postgresText: text) else {
            throw .decoding(column: column, expected: "\(Value.self)")
        }
        return value
    }

    /// A value that may be NULL.
    package func get<Value: PostgresReadable>(_ column: Int, as: Value?.Type = Value?.self) throws(PostgresError) -> Value? {
        guard let text = try text(column) else { return nil }
        guard let value = Value(postgresText: text) else { throw .decoding(column: column, expected: "\(Value.self)") }
        return value
    }

    private func text(_ column: Int) throws(PostgresError) -> String? {
        let index = fields.startIndex + column
        guard fields.indices.contains(index) else { throw .decoding(column: column, expected: "there") }
        return fields[index]
    }
}
