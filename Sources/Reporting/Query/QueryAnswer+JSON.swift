// An answer as JSON. Numbers are written with all of their digits.
package import Domain

extension QueryAnswer {
    package var json: JSON {
        [
            "query": query.json,
            "results": .array(results.map { $0.json(query.groups) }),
            "freshness": .array(
                freshness.map {
                    [
                        "source": .string($0.source), "account": .string($0.account), "last_day": .string($0.lastDay.description),
                        "last_entry_at": .optional($0.lastEntryAt),
                    ]
                }
            ),
        ]
    }
}

extension ResolvedQuery {
    fileprivate var json: JSON {
        [
            "metrics": .array(metrics.map { .string($0.text) }),
            "date_range": days.json,
            "comparison_range": comparisonDays?.json ?? .null,
            "interval": .optional(interval?.rawValue),
            "group_by": .array(groups.map { .string($0.rawValue) }),
            "match_weekday": .bool(matchWeekday),
            "as_of": .string(asOf),
            "final": .bool(isFinal),
            "time_zone": .string(timeZone.text),
            "today": .string(today.description),
        ]
    }
}

extension ClosedRange<Day> {
    fileprivate var json: JSON { [.string(lowerBound.description), .string(upperBound.description)] }
}

extension MetricResult {
    fileprivate func json(_ groups: [MetricQuery.Group]) -> JSON {
        var members: [JSON.Member] = [
            .init("metric", .string(metric.name.text)),
            .init("label", .string(metric.label)),
            .init("unit", .string(metric.unit.text)),
            .init("aggregation", .string(metric.aggregation.word.rawValue)),
            .init("declared", .bool(isDeclared)),
            .init("group", .object(groups.compactMap { word in group[word].map { .init(word.rawValue, .string($0)) } })),
            .init("value", .optional(value.number)),
            .init("reason", value.reason.json),
            .init("status", .string(value.status.rawValue)),
        ]
        members += value.average
        if let comparison { members.append(.init("comparison", comparison.json)) }
        if let series { members.append(.init("series", series.json)) }
        if let comparisonSeries { members.append(.init("comparison_series", comparisonSeries.json)) }
        return .object(members)
    }
}

extension GroupKey {
    subscript(group: MetricQuery.Group) -> String? {
        switch group {
        case .source: source
        case .account: account
        }
    }
}

extension Change {
    fileprivate var json: JSON {
        .object(
            [
                .init("value", .optional(value.number)), .init("change", .optional(change)), .init("reason", reason.json),
                .init("status", .string(value.status.rawValue)),
            ] + value.average
        )
    }
}

extension [Piece] {
    /// Written at once: there are thousands, and none of their texts needs escaping.
    fileprivate var json: JSON {
        var bytes = [UInt8(ascii: "[")]
        bytes.reserveCapacity(96 * count)
        func write(_ text: String) { bytes.append(contentsOf: text.utf8) }
        for piece in self {
            if bytes.count > 1 { write(",") }
            let (first, value) = (piece.days.lowerBound.description, piece.value)
            write("{\"from\":\"")
            write(first)
            write("\",\"to\":\"")
            write(piece.days.length == 1 ? first : piece.days.upperBound.description)
            write("\",\"value\":")
            write(value.number?.text ?? "null")
            write(",\"status\":\"")
            write(value.status.rawValue)
            write("\"")
            if let reason = value.reason, reason != .noPoints { write(",\"reason\":\"\(reason.rawValue)\"") }
            if let average = value.dailyAverage { write(",\"daily_average\":\(average.text)") }
            write("}")
        }
        write("]")
        return .encoded(bytes)
    }
}

extension Value {
    /// What can be said in place of the number, where there is something.
    fileprivate var average: [JSON.Member] { dailyAverage.map { [.init("daily_average", .number($0))] } ?? [] }
}

extension NoNumber? {
    fileprivate var json: JSON {
        map { ["code": .string($0.rawValue), "detail": .string($0.words)] } ?? .null
    }
}
