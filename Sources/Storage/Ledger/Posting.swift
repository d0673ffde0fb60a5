// What is posted, to which accounts, and what came of it.
package import Domain

/// An account of a user's source: what a posting locks.
package struct Account: Sendable, Hashable {
    package let user: UserID
    package let source: SourceName
    /// Empty where the source has one account only.
    package let ref: AccountRef

    package init(user: UserID, source: SourceName, ref: AccountRef) {
        (self.user, self.source, self.ref) = (user, source, ref)
    }

    package var ofSource: SourceAccount { SourceAccount(source: source, ref: ref) }
}

/// The value that a point is to have.
package struct PostedPoint: Sendable, Equatable {
    package let metric: MetricName
    package let day: Day
    /// Nil withdraws the point: it will be missing, which is no zero.
    package let value: ExactDecimal?
    /// The line of the file it was read from, counted from 1.
    package let line: Int?

    package init(metric: MetricName, day: Day, value: ExactDecimal?, line: Int? = nil) {
        (self.metric, self.day, self.value, self.line) = (metric, day, value, line)
    }
}

/// A point and the account that it belongs to.
package struct AccountPoint: Sendable, Equatable {
    package let account: SourceAccount
    package let point: PostedPoint

    package init(account: SourceAccount, point: PostedPoint) {
        (self.account, self.point) = (account, point)
    }
}

/// Where the entries come from. It stands in their `import_id` and `meta`, and the import in the list of imports.
package struct Provenance: Sendable {
    package let importID: ImportID
    package let kind: ImportKind
    /// The file's name, or a correction's note.
    package let name: String
    /// Added to `meta` of every entry, beside the line.
    package let meta: JSON

    package init(importID: ImportID = ImportID(), kind: ImportKind = .import, name: String = "", meta: JSON) {
        (self.importID, self.kind, self.name, self.meta) = (importID, kind, name, meta)
    }
}

/// How points are posted.
package struct PostingRules: Sendable {
    /// What becomes of points where the same metric and day of the source is there without an account and under one: together they would count
    /// twice.
    package enum Doubles: Sendable {
        case allowed, refused
        /// Those without an account are withdrawn in the same posting.
        case takenOver
    }

    /// Only report what would be written.
    package var isDryRun = false
    package var doubles = Doubles.allowed
    /// Ratios that are left out on days on which their parts are posted too.
    package var ratios: [MetricName: [MetricName]] = [:]
    /// Whether points may come twice, which is looked for then: the source can't rule it out.
    package var mayRepeat = false
    /// Whether the import ends with this posting. A stream has many.
    package var isLast = true

    package init() {}
}

/// What a posting did, or would do, metric by metric.
package struct PostingReport: Sendable, Equatable {
    package struct Metric: Sendable, Equatable {
        package let account: SourceAccount
        package let name: MetricName
        package let points: Int
        package let days: ClosedRange<Day>
        /// Of the values as given: a checksum of the import, and no more than that for metrics that do not add up.
        package let sum: ExactDecimal
        /// Points that did not exist.
        package let new: Int
        /// Points that had another value.
        package let restated: Int
        /// Points that existed, and do no more.
        package let withdrawn: Int

        package var unchanged: Int { points - new - restated }
    }

    package let metrics: [Metric]

    package init(metrics: [Metric]) { self.metrics = metrics }

    package var points: Int { metrics.reduce(0) { $0 + $1.points } }
    package var new: Int { metrics.reduce(0) { $0 + $1.new } }
    package var restated: Int { metrics.reduce(0) { $0 + $1.restated } }
    package var withdrawn: Int { metrics.reduce(0) { $0 + $1.withdrawn } }
    package var unchanged: Int { metrics.reduce(0) { $0 + $1.unchanged } }
    /// How many entries were written.
    package var entries: Int { new + restated + withdrawn }
}

/// What a point is of.
package struct PostedPointKey: Sendable, Hashable {
    package let account: SourceAccount
    package let metric: MetricName
    package let day: Day

    package init(account: SourceAccount, metric: MetricName, day: Day) {
        (self.account, self.metric, self.day) = (account, metric, day)
    }
}

extension PostingReport {
    /// What both did. A point that both posted counts twice.
    package func adding(_ other: PostingReport) -> PostingReport {
        struct Place: Hashable {
            let account: SourceAccount
            let name: MetricName
        }
        var all = metrics
        var places = Dictionary(metrics.indices.map { (Place(account: metrics[$0].account, name: metrics[$0].name), $0) }) { first, _ in
            first
        }
        for metric in other.metrics {
            let place = Place(account: metric.account, name: metric.name)
            if let index = places[place] {
                all[index] = all[index].adding(metric)
            } else {
                places[place] = all.count
                all.append(metric)
            }
        }
        return PostingReport(metrics: all)
    }
}

extension PostingReport.Metric {
    fileprivate func adding(_ other: Self) -> Self {
        Self(
            account: account,
            name: name,
            points: points + other.points,
            days: min(days.lowerBound, other.days.lowerBound)...max(days.upperBound, other.days.upperBound),
            sum: sum + other.sum,
            new: new + other.new,
            restated: restated + other.restated,
            withdrawn: withdrawn + other.withdrawn
        )
    }
}
