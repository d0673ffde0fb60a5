// The demo's made-up part: so that no tile is empty. Every entry says that it is made up.
import Domain
import Storage

/// Numbers that follow the days alone, the same on every machine.
struct DemoMadeUp {
    static let account = "made up"
    static let label = "made up"

    let conversions: [PostedPoint]
    let instagram: [PostedPoint]

    init(days: ClosedRange<Day>) {
        conversions = days.map { PostedPoint(metric: "conversions", day: $0, value: Self.wave($0, around: 40, by: 9)) }
        instagram = days.flatMap { day in
            [
                PostedPoint(metric: "reach", day: day, value: Self.wave(day, around: 2_400, by: 310)),
                PostedPoint(metric: "engagement", day: day, value: Self.wave(day, around: 180, by: 23)),
            ]
        }
    }

    /// Quieter at weekends, with a ripple that no two weeks share.
    private static func wave(_ day: Day, around middle: Int, by swing: Int) -> ExactDecimal {
        let ripple = (day.daysSince1970 * 37 % 19) - 9
        return ExactDecimal(middle + swing * ripple / 9 - (day.weekday >= 6 ? middle / 4 : 0))
    }
}
