// Long lists, a page at a time, by the key of the last item: what is written meanwhile shifts nothing.
import Domain
import Postgres

package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Where the next page begins; nil on the last one.
    package let next: Cursor?

    /// - Parameters:
    ///   - rows: one more than the limit where there is a next page.
    ///   - key: the fields of the cursor that begins after an item.
    init(_ rows: Rows, limit: Int, item: (Row) throws(PostgresError) -> Item, key: (Item) -> [String]) throws(PostgresError) {
        items = try rows.prefix(limit).map(item)
        next = rows.count > limit ? items.last.map { Cursor(key($0)) } : nil
    }
}

/// The key of a page's last item, as a word to hand back: `~` between the fields, everything but letters, digits and a few signs by its hex
/// code. Clients need not look into it.
package struct Cursor: Sendable, Equatable {
    let fields: [String]

    init(_ fields: [String]) {
        self.fields = fields
    }

    /// Nil for a word that `text` never gave.
    package init?(_ text: String, fields count: Int) {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == count else { return nil }
        var fields: [String] = []
        for part in parts {
            guard let field = Self.decoded(part) else { return nil }
            fields.append(field)
        }
        self.fields = fields
    }

    /// Of a page of entries: a stamp and an id.
    package init?(ofEntries text: String) {
        guard let cursor = Cursor(text, fields: 2), cursor.fields[0] == "-infinity" || Moment(cursor.fields[0]) != nil,
            Int(cursor.fields[1]) != nil
        else { return nil }
        self = cursor
    }

    /// Of a page of revisions: a metric, a source, an account and a day.
    package init?(ofRevisions text: String) {
        guard let cursor = Cursor(text, fields: 4), !cursor.fields.contains(where: { $0.utf8.contains(0) }),
            Day(iso: cursor.fields[3]) != nil
        else { return nil }
        self = cursor
    }

    package var text: String {
        fields.map { field in
            field.utf8.map { byte in
                Self.isPlain(byte) ? String(UnicodeScalar(byte)) : "_" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }.joined(separator: "~")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "_") else {
                guard isPlain(byte) else { return nil }
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
