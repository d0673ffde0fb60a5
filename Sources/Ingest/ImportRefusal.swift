// What keeps an import from going in that is neither the database's nor ours: something about what was sent.
import Connectors
package import Domain
import Storage

/// Why an import was refused, for whoever sent it.
package struct ImportRefusal: Sendable {
    package enum Kind: Sendable {
        /// Nothing of it can be taken as it is.
        case content
        /// It has more bytes than may be.
        case size
        /// It would count values twice that are there already.
        case doubles
    }

    package let kind: Kind
    package let description: String
    /// The tables of a file, each with its reason.
    package let tables: [JSON]

    /// Nil for an error of another kind.
    package init?(_ error: any Error) {
        var tables: [JSON] = []
        switch error {
        case let file as RefusedFile:
            tables = file.tables.map(\.json)
            kind = .content
        case is FileError, is StreamRefusal, is TooManyQuarantined, is RepeatedPoint: kind = .content
        case is DoubledPoints: kind = .doubles
        case is ImportTooLarge: kind = .size
        default: return nil
        }
        (description, self.tables) = ("\(error)", tables)
    }
}
