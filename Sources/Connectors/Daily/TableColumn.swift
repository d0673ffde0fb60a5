// What becomes of each column of a table.

package import Domain

/// A column of a file and what it is read as.
package struct TableColumn: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        case date
        case metric(MetricName)
        /// A dimension whose values are added up.
        case collapsed
        case leftOut(Reason)
    }

    package enum Reason: Hashable, Sendable {
        /// The user said so.
        case asked
        /// A ratio, and the table has what it follows from.
        case derived(from: [MetricName])
        /// Neither a header nor values.
        case empty
        /// A row per metric has it in no metric of its own.
        case unused
    }

    /// As it stands in the file, without spaces around it.
    package let header: String
    package let role: Role
}

extension TableColumn.Role: CustomStringConvertible {
    package var description: String {
        switch self {
        case .date: "date"
        case .metric(let name): name.text
        case .collapsed: "added up"
        case .leftOut(let reason): "left out: \(reason)"
        }
    }
}

extension TableColumn.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .asked: "as asked"
        case .derived(let parts): "follows from \(parts.map(\.text).joined(separator: " and "))"
        case .empty: "empty"
        case .unused: "not used"
        }
    }
}
