// What metrics there are, as JSON.
package import Domain

extension Vocabulary {
    package var json: JSON {
        ["metrics": .array(all.map { $0.json(isBuiltIn: Vocabulary.isBuiltIn($0.name)) })]
    }
}

extension Metric {
    package func json(isBuiltIn: Bool) -> JSON {
        [
            "name": .string(name.text),
            "label": .string(label),
            "unit": .string(unit.text),
            "aggregation": .string(aggregation.word.rawValue),
            "accounts_add": .bool(aggregation.accountsAdd),
            "numerator": .optional(aggregation.numerator?.text),
            "denominator": .optional(aggregation.denominator?.text),
            "direction": .string(direction.rawValue),
            "settling_days": .integer(settlingDays),
            "provider_fields": .array(fields.map { ["provider": .string($0.provider), "field": .string($0.field)] }),
            "note": .optional(note),
            "built_in": .bool(isBuiltIn),
        ]
    }
}
