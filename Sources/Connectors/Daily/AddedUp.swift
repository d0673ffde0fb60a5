// Rows of one day, told apart by a column that is collapsed, and added up.

import Domain

/// What a row is of: a day, and the values that are added up.
struct RowKey: Hashable {
    let day: Day
    let parts: [String]
}

extension [DailyPoint] {
    /// One point for each metric and day, on the line of its first row.
    var addedUp: [DailyPoint] {
        var places: [PointKey: Int] = [:]
        var sums: [DailyPoint] = []
        for point in self {
            guard let place = places[point.key] else {
                places[point.key] = sums.count
                sums.append(point)
                continue
            }
            let sum = sums[place]
            sums[place] = DailyPoint(metric: sum.metric, day: sum.day, value: sum.value + point.value, line: sum.line)
        }
        return sums
    }
}
