// What is to be imported, and how.
package import Connectors
package import Domain
package import Storage

/// What a file is taken for where somebody says so.
package enum ImportFormat: Sendable {
    case table(FileFormat)
    case layout(TableLayout)
    case ndjson
    case singer

    /// By the names of `--format`; nil for another word.
    package init?(_ name: String) {
        switch name {
        case "singer": self = .singer
        case "ndjson": self = .ndjson
        case "wide": self = .layout(.wide)
        case "long": self = .layout(.long)
        default:
            guard let format = FileFormat.all.first(where: { $0.name == name }) else { return nil }
            self = .table(format)
        }
    }

    /// All names, for messages.
    package static let names = FileFormat.all.map(\.name) + ["wide", "long", "ndjson", "singer"]
}

package struct ImportRequest: Sendable {
    package let user: UserID
    package var id = ImportID()
    /// The file's, kept with the import and in `meta` of each entry.
    package let name: String
    package var options = TableOptions()
    /// Of points whose file or stream says no other.
    package var account = AccountRef.none
    /// Nil leaves it to the file's content.
    package var format: ImportFormat?
    /// What the streams of a tap mean.
    package var map = StreamMap.none
    package var isDryRun = false
    /// Whether one refused table stops the others.
    package var isStrict = false
    /// Whether points without an account go where those of one are posted.
    package var takesOver = false
    /// How many records of a stream may be quarantined before the run ends.
    package var quarantineLimit = 100
    /// So that asking again does no harm.
    package var once: IdempotencyKey?

    package init(user: UserID, name: String) {
        (self.user, self.name) = (user, name)
    }

    var rules: PostingRules {
        var rules = PostingRules()
        rules.isDryRun = isDryRun
        rules.ratios = DerivedRatios.all
        rules.doubles = takesOver ? .takenOver : .refused
        return rules
    }
}
