// SQL with its parameters. Interpolation binds; what goes into the text as it is must say `unsafe`.

/// A statement and its parameters: `let sql: SQL = "select id from users where email = \(email)"`.
///
/// Every interpolated value becomes a parameter (`$1`, `$2`, …), sent as text; PostgreSQL infers its type from the place where it
/// stands, so a value in a place without a type needs a cast: `\(days)::int`.
package struct SQL: Sendable, ExpressibleByStringInterpolation, Equatable {
    fileprivate enum Piece: Sendable, Equatable {
        case text(String)
        case parameter(String?)
    }

    private var pieces: [Piece]

    package init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    package init(stringInterpolation: Interpolation) {
        pieces = stringInterpolation.pieces
    }

    /// Text that was written for us and holds no values, such as a migration.
    package init(unsafe text: String) {
        pieces = [.text(text)]
    }

    /// The statement with `$n` in the places of its parameters.
    package var text: String {
        var number = 0
        return pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part): text += part
            case .parameter:
                number += 1
                text += "$\(number)"
            }
        }
    }

    /// The parameters in the order of their numbers; nil is NULL.
    package var parameters: [String?] {
        pieces.compactMap { piece -> String?? in
            if case .parameter(let value) = piece { .some(value) } else { nil }
        }
    }

    /// Whether a NUL stands anywhere in it, which C would take for the end.
    var holdsNUL: Bool {
        pieces.contains { piece in
            switch piece {
            case .text(let text): text.utf8.contains(0)
            case .parameter(let value): value?.utf8.contains(0) == true
            }
        }
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        /// Binds a value by its text form.
        package mutating func appendInterpolation(_ value: some PostgresWritable) {
            pieces.append(.parameter(value.postgresText))
        }

        /// Binds a value or NULL.
        package mutating func appendInterpolation(_ value: (some PostgresWritable)?) {
            pieces.append(.parameter(value?.postgresText))
        }

        /// Binds an array, in PostgreSQL's text form.
        package mutating func appendInterpolation(_ values: [some PostgresWritable]) {
            pieces.append(.parameter(ArrayText.encode(values.map(\.postgresText))))
        }

        /// Puts in a piece of SQL with its own parameters.
        package mutating func appendInterpolation(_ fragment: SQL) {
            pieces.append(contentsOf: fragment.pieces)
        }

        /// Puts in a quoted name of a table, column or database.
        package mutating func appendInterpolation(identifier name: String) {
            // Scalar by scalar: an accent after a quote would hide it from a comparison of characters.
            let quoted = name.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false).map { String($0) }
            pieces.append(.text("\"\(quoted.joined(separator: "\"\""))\""))
        }

        /// Puts text into the statement as it is: never anything that came from outside.
        package mutating func appendInterpolation(unsafe text: String) {
            pieces.append(.text(text))
        }
    }
}
