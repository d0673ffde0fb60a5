// What is posted, to which account, and what came of it.
package import Domain

/// An account of a source: what a posting locks.
package struct Account: Sendable, Hashable {
    package let user: UserID
    package let source: SourceName
    /// Empty where the source has one account only.
    package let ref: AccountRef

    package init(user: UserID, source: SourceName, ref: AccountRef) {
        (self.user, self.source, self.ref) = (user, source, ref)
    }
}

/// The value that a point is to have.
package struct PostedPoint: Sendable, Equatable {
    package let metric: MetricName
    package let day: Day
    package let value: ExactDecimal
    /// The line of the file it was read from, counted from 1.
    package let line: Int?

    package init(metric: MetricName, day: Day, value: ExactDecimal, line: Int? = nil) {
        (self.metric, self.day, self.value, self.line) = (metric, day, value, line)
    }
}

/// Where the entries come from. It stands in their `import_id` and `meta`.
package struct Provenance: Sendable {
    package let importID: ImportID
    /// Added to `meta` of every entry, beside the line.
    package let meta: JSON

    package init(importID: ImportID, meta: JSON) {
        (self.importID, self.meta) = (importID, meta)
    }
}

/// What a posting did, or would do, metric by metric.
package struct PostingReport: Sendable, Equatable {
    package struct Metric: Sendable, Equatable {
        package let name: MetricName
        package let points: Int
        package let days: ClosedRange<Day>
        /// Of the values as given: a checksum of the import, and no more than that for metrics that do not add up.
        package let sum: ExactDecimal
        /// Points that did not exist.
        package let new: Int
        /// Points that had another value.
        package let restated: Int

        package var unchanged: Int { points - new - restated }
    }

    package let metrics: [Metric]

    package var points: Int { metrics.reduce(0) { $0 + $1.points } }
    package var new: Int { metrics.reduce(0) { $0 + $1.new } }
    package var restated: Int { metrics.reduce(0) { $0 + $1.restated } }
    package var unchanged: Int { metrics.reduce(0) { $0 + $1.unchanged } }
    /// How many entries were written.
    package var entries: Int { new + restated }
}
