// A bounded list of problems: the first ones in full, the others counted.

import Domain

/// Problems of a table's rows and cells.
package struct Problems: Hashable, Sendable {
    package static let longestList = 20

    private var kept: [TableProblem] = []
    package private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The first ones, from the top of the file to its bottom.
    package var listed: [TableProblem] {
        Array(kept.sorted { $0.line < $1.line }.prefix(Self.longestList))
    }

    /// How many more there are.
    package var further: Int { count - min(kept.count, Self.longestList) }

    mutating func add(_ problem: @autoclosure () -> TableProblem) {
        count += 1
        if kept.count < Self.longestList { kept.append(problem()) }
    }

    /// The same problems of other days.
    mutating func mapDays(_ other: (Day) -> Day) {
        kept = kept.map { problem in
            guard case .repeatedDay(let day, let first, let second) = problem else { return problem }
            return .repeatedDay(other(day), first: first, second: second)
        }
    }

    /// Adds those of another list, which was kept to its own bound: which of them are listed is decided at the end.
    mutating func add(_ others: Problems) {
        count += others.count
        kept += others.kept
    }
}
