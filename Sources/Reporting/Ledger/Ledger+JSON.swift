// Entries and revisions as JSON.
package import Domain

extension Page {
    /// - Parameter name: of the array.
    package func json(_ name: String, _ item: (Item) -> JSON) -> JSON {
        .object([.init(name, .array(items.map(item))), .init("next", .optional(next?.text))])
    }
}

extension Entry {
    package var json: JSON {
        [
            "id": .integer(id), "metric": .string(metric), "source": .string(source), "account": .string(account),
            "day": .string(day), "value": .number(value), "kind": .string(kind.rawValue), "import_id": .optional(importID),
            "meta": meta, "created_at": .optional(createdAt),
        ]
    }
}

extension Revision {
    package var json: JSON {
        [
            "metric": .string(metric), "source": .string(source), "account": .string(account), "day": .string(day),
            "before": .optional(before), "after": .optional(after), "entries": .array(entries.map(\.json)),
        ]
    }
}

extension Revision.Cause {
    fileprivate var json: JSON {
        [
            "id": .integer(id), "value": .number(value), "import_id": .optional(importID), "meta": meta,
            "created_at": .string(createdAt),
        ]
    }
}
