// Dates with slashes: one date that can be read in one way only settles all of them; without one, nobody guesses.

import Connectors
import Domain
import Testing

@Suite struct DateOrderTests {
    private func read(_ dates: [String], _ order: DateOrder? = nil) throws -> DailyTable {
        let rows = dates.enumerated().map { "\($1),\($0)\n" }.joined()
        return try readTables(Array("date,m\n\(rows)".utf8), TableOptions(dates: order))[0].result.get()
    }

    private func words(_ dates: [String], _ order: DateOrder? = nil) throws -> String? {
        do {
            _ = try read(dates, order)
            return nil
        } catch let error as TableError {
            return error.description
        }
    }

    @Test(
        arguments: [
            (["1/11/2026", "1/12/2026", "1/13/2026"], DateForm.monthFirst, ["2026-01-11", "2026-01-12", "2026-01-13"]),
            (["11/1/2026", "12/1/2026", "13/1/2026", "1/2/2026"], .dayFirst, ["2026-01-11", "2026-01-12", "2026-01-13", "2026-02-01"]),
            (["31/1/2026", "1/2/2026"], .dayFirst, ["2026-01-31", "2026-02-01"]),
            (["1/31/2026", "2/1/2026"], .monthFirst, ["2026-01-31", "2026-02-01"]),
            (["1/1/2026"], .eitherFirst, ["2026-01-01"]),
        ]
    )
    func oneDateSettlesAll(dates: [String], form: DateForm, days: [String]) throws {
        let table = try read(dates)
        #expect(table.dateForm == form)
        #expect(table.points.map { "\($0.day)" } == days)
        #expect("\(table.days.lowerBound)" == days.min() && "\(table.days.upperBound)" == days.max())
        #expect(table.points.map(\.value) == days.indices.map { ExactDecimal($0) })
    }

    @Test func nobodyGuesses() throws {
        #expect(
            try words(["1/1/2026", "1/2/2026", "1/3/2026"])
                == "line 2 has \"1/1/2026\", and no date of the table says whether the month comes first or the day: "
                + "say so with --dates month-first or --dates day-first"
        )
    }

    @Test func theUserTells() throws {
        let dates = ["1/2/2026", "1/3/2026"]
        #expect(try read(dates, .monthFirst).points.map { "\($0.day)" } == ["2026-01-02", "2026-01-03"])
        #expect(try read(dates, .dayFirst).points.map { "\($0.day)" } == ["2026-02-01", "2026-03-01"])
        #expect(
            try words(["1/2/2026", "1/31/2026"], .dayFirst)
                == "line 3, column \"date\": \"1/31/2026\" is no day of the calendar: D/M/YYYY was expected"
        )
    }

    @Test func bothOrdersInOneTableAreRefused() throws {
        #expect(
            try words(["1/2/2026", "31/1/2026", "1/31/2026"])?.hasPrefix(
                "the dates are written in two ways: line 3 has \"31/1/2026\" (D/M/YYYY) and line 4 has \"1/31/2026\" (M/D/YYYY)"
            ) == true
        )
    }

    /// The day is named as it is read in the end.
    @Test func repeatedDaysAreNamedRightly() throws {
        #expect(
            try words(["1/2/2026", "1/2/2026", "31/1/2026"])
                == "line 3: 2026-02-01 is already on line 2: the table needs one row per day, with the day's totals"
        )
    }
}
