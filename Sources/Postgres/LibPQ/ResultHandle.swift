// Owns one PGresult: the only place that reads libpq's result memory.
import CLibPQ

/// One result of libpq. Cleared exactly once, when its owner goes away.
@safe struct ResultHandle: ~Copyable {
    private let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }
    var rowCount: Int { unsafe Int(PQntuples(pointer)) }
    var columnCount: Int { unsafe Int(PQnfields(pointer)) }

    /// Rows that a command touched, as its tag says: `INSERT 0 5` is 5. Nil where the tag counts nothing.
    var affectedRows: Int? {
        guard let text = unsafe PQcmdTuples(pointer) else { return nil }
        return unsafe Int(String(cString: text))
    }

    /// `SELECT 3`, `INSERT 0 5`, `COMMIT`.
    var commandTag: String { unsafe String(cString: PQcmdStatus(pointer)) }

    func columnName(_ column: Int) -> String {
        guard let name = unsafe PQfname(pointer, CInt(column)) else { return "" }
        return unsafe String(cString: name)
    }

    /// The text of a field, nil for NULL.
    func text(row: Int, column: Int) -> String? {
        if unsafe PQgetisnull(pointer, CInt(row), CInt(column)) == 1 { return nil }
        guard let start = unsafe PQgetvalue(pointer, CInt(row), CInt(column)) else { return nil }
        let length = unsafe Int(PQgetlength(pointer, CInt(row), CInt(column)))
        return unsafe start.withMemoryRebound(to: UInt8.self, capacity: length) {
            unsafe String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
        }
    }

    /// What an ErrorResponse said, whoever sent it: server or pooler. Nil when the error is libpq's own.
    var serverMessage: ServerMessage? {
        guard let message = field(DiagnosticField.message) else { return nil }
        return ServerMessage(
            // PgBouncer sends the severity only where PostgreSQL has the translated one.
            severity: field(DiagnosticField.severity) ?? field(DiagnosticField.translatedSeverity) ?? "ERROR",
            sqlState: field(DiagnosticField.sqlState),
            message: message,
            detail: field(DiagnosticField.detail),
            hint: field(DiagnosticField.hint),
            context: field(DiagnosticField.context),
            constraint: field(DiagnosticField.constraint),
            routine: field(DiagnosticField.routine)
        )
    }

    private func field(_ code: Character) -> String? {
        guard let ascii = code.asciiValue, let text = unsafe PQresultErrorField(pointer, CInt(ascii)) else { return nil }
        return unsafe String(cString: text)
    }
}

/// The letters of the protocol's error fields; libpq has them as macros that Swift does not import.
private enum DiagnosticField {
    static let severity: Character = "V"
    static let translatedSeverity: Character = "S"
    static let sqlState: Character = "C"
    static let message: Character = "M"
    static let detail: Character = "D"
    static let hint: Character = "H"
    static let context: Character = "W"
    static let constraint: Character = "n"
    static let routine: Character = "R"
}
