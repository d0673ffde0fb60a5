// The demo's real part.
import Connectors
import Domain
import Storage

/// Sessions per day, moved to end yesterday.
struct DemoSessions {
    static let account = "agriculture.usa.gov (demo)"
    private static let file = "ga4api-usagov-agriculture-users.csv"
    /// Days before yesterday: the one that is missing, and the one that was restated.
    private static let (gap, restated) = (20, 5)

    /// All but the missing day and the restated one.
    let points: [PostedPoint]
    let preliminary: PostedPoint
    let final: PostedPoint
    let label: String
    let days: ClosedRange<Day>

    init(yesterday: Day) throws {
        let moved = try Self.moved(to: yesterday)
        let (gap, restated) = (yesterday.advanced(by: -Self.gap), yesterday.advanced(by: -Self.restated))
        points = moved.points.filter { $0.day != gap && $0.day != restated }
        guard let final = moved.points.first(where: { $0.day == restated }), let value = final.value.flatMap({ Int($0.text) }),
            let first = points.map(\.day).min()
        else { throw Failure(.software, "the demo's file has no figure for \(restated)") }
        self.final = final
        preliminary = PostedPoint(metric: final.metric, day: restated, value: ExactDecimal(value * 93 / 100))
        label = "analytics.usa.gov (18F, CC0): sessions of agriculture.usa.gov, moved \(moved.weeks) weeks"
        days = first...yesterday
    }

    /// By as few whole weeks as bring the last day of the file to yesterday or beyond; what lies beyond is cut off.
    private static func moved(to yesterday: Day) throws -> (points: [PostedPoint], weeks: Int) {
        guard let text = EmbeddedFiles.all.first(where: { $0.name == file })?.text else {
            throw Failure(.software, "\(file) is not embedded")
        }
        var reader = DailyFileReader()
        try reader.feed(Array(text.utf8))
        let table = try reader.finish()[0].result.get()
        let weeks = (table.days.upperBound.distance(to: yesterday) + 6) / 7
        let points = table.points.map {
            PostedPoint(metric: $0.metric, day: $0.day.advanced(by: weeks * 7), value: $0.value, line: $0.line)
        }
        return (points.filter { $0.day <= yesterday }, weeks)
    }
}
