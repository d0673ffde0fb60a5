// Literals, so that an answer in the code reads like the answer: ["status": "ok"].

extension JSON: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { Member($0, $1) })
    }
}

extension JSON: ExpressibleByArrayLiteral {
    package init(arrayLiteral values: JSON...) {
        self = .array(values)
    }
}

extension JSON: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        self = .string(text)
    }
}

extension JSON: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: Int) {
        self = .integer(number)
    }
}

extension JSON: ExpressibleByBooleanLiteral {
    package init(booleanLiteral flag: Bool) {
        self = .bool(flag)
    }
}

extension JSON: ExpressibleByNilLiteral {
    package init(nilLiteral: ()) {
        self = .null
    }
}
