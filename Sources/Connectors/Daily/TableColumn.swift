// What becomes of each column of a table.

package import Domain

/// A column of a file and what it is read as.
package struct TableColumn: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        case date
        case metric(MetricName)
        case leftOut(Reason)
    }

    package enum Reason: Hashable, Sendable {
        /// The user said so.
        case asked
        /// A ratio, and the table has what it follows from.
        case derived(from: [MetricName])
        /// Neither a header nor values.
        case empty
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
        }
    }
}
