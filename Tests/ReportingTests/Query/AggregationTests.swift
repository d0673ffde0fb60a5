// Each metric adds up as it is declared, and where a number would be wrong there is none.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AggregationTests {
    @Test func sumsAddDaysAccountsAndSources() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert(
                "sessions 2026-01-01 0.1",
                "sessions 2026-01-02 0.2",
                "sessions 2026-01-02 10 b",
                "sessions 2026-01-02 5 b t"
            )
            #expect(try await numbers.ask("sessions", to: 2).map(\.value.words) == ["15.3 partial"])
            #expect(try await numbers.ask("sessions", from: 2, to: 2).map(\.value.words) == ["15.2 settled"])
            let groups = try await numbers.ask("sessions", to: 2, groups: [.source, .account])
            #expect(
                groups.map { "\($0.group.source ?? "") \($0.group.account ?? "") \($0.value.words)" } == [
                    "s  0.3 settled", "s b 10 partial", "t b 5 partial",
                ]
            )
            #expect(
                try await numbers.ask("sessions", to: 2, groups: [.source]).map { "\($0.group.source ?? "") \($0.value.words)" } == [
                    "s 10.3 partial", "t 5 partial",
                ]
            )
        }
    }

    @Test func aPostedZeroIsZeroAndAMissingDayIsNot() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 0", "sessions 2026-01-03 4")
            let result = try await numbers.ask("sessions", to: 3, interval: .day)[0]
            #expect(result.value.words == "4 partial")
            #expect(result.series?.map(\.value.words) == ["0 settled", "noPoints missing", "4 settled"])
            #expect(try await numbers.ask("sessions", from: 5, to: 6)[0].value.words == "noPoints missing")
        }
    }

    /// 1 of 1,000 and 10 of 10: together 11 of 1,010, and not the mean of the two rates.
    @Test func ratiosComeFromTheirPartsAndAreNeverAveraged() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert(
                "clicks 2026-01-01 1",
                "search_impressions 2026-01-01 1000",
                "clicks 2026-01-02 10",
                "search_impressions 2026-01-02 10",
                // A day with one part only is known of neither.
                "search_impressions 2026-01-03 99999"
            )
            let result = try await numbers.ask("ctr", to: 2, interval: .day)[0]
            #expect(result.value.words == "0.0108910891089 settled")
            #expect(result.series?.map(\.value.words) == ["0.001 settled", "1 settled"])
            #expect(try await numbers.ask("ctr", to: 3)[0].value.words == "0.0108910891089 partial")
            #expect(try await numbers.ask("ctr", from: 3, to: 3)[0].value.words == "partsMissing partial")
        }
    }

    /// Spend of one account by orders of another: of their sums, day by day on which both are known.
    @Test func partsMayLieInDifferentAccounts() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("clicks 2026-01-01 10 a", "clicks 2026-01-02 20 a", "clicks 2026-01-02 30 c", "clicks 2026-01-03 5 a")
            try await numbers.insert("search_impressions 2026-01-01 100 b", "search_impressions 2026-01-02 400 b")
            #expect(try await numbers.ask("ctr", to: 2).map(\.value.words) == ["0.12 settled"])
            #expect(try await numbers.ask("ctr", to: 3).map(\.value.words) == ["0.12 partial"])
            let apart = try await numbers.ask("ctr", to: 2, groups: [.account])
            #expect(apart.map(\.value.reason) == [.partsMissing, .partsMissing, .partsMissing])
        }
    }

    @Test func aRatioOfWhatIsThereIsNotCorrected() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("clicks 2026-01-01 10", "search_impressions 2026-01-01 100", "clicks 2026-01-02 10")
            let account = Account(user: numbers.user, source: "s", ref: .none)
            func correct(_ day: Int) async throws {
                let day = try numbers.january(day)
                let correction = try #require(Correction(account: account, metric: "ctr", day: day, value: 1, note: "why"))
                _ = try await Corrections(numbers.test.database).post(correction, isNew: true)
            }
            await #expect(throws: PartsRule.self) { try await correct(1) }
            try await correct(2)
            #expect(try await numbers.ask("ctr", from: 2, to: 2, asOf: nil).map(\.value.number) == [1])
        }
    }

    @Test func aStoredRatioIsWeightedOrRefused() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("ctr 2026-01-01 0.5", "ctr 2026-01-02 0.1", "position 2026-01-01 3", "position 2026-01-02 9")
            #expect(try await numbers.ask("ctr", to: 1)[0].value.words == "0.5 settled")
            #expect(try await numbers.ask("ctr", to: 2)[0].value.words == "partsMissing settled 0.3")
            try await numbers.insert("search_impressions 2026-01-01 10", "search_impressions 2026-01-02 30")
            #expect(try await numbers.ask("ctr", to: 2)[0].value.words == "0.2 settled")
            #expect(try await numbers.ask("position", to: 2)[0].value.words == "7.5 settled")
            try await numbers.insert("ctr 2026-01-03 0.4", "search_impressions 2026-01-03 0")
            #expect(try await numbers.ask("ctr", from: 3, to: 3)[0].value.words == "zeroDenominator settled")
        }
    }

    @Test func peopleAreCountedOncePerWindow() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("reach 2026-01-06 10", "reach 2026-01-07 30", "reach_7d 2026-01-07 35", "reach_7d 2026-01-06 1")
            #expect(try await numbers.ask("reach", from: 7, to: 7)[0].value.words == "30 settled")
            #expect(try await numbers.ask("reach", from: 6, to: 7)[0].value.words == "daysDoNotAdd settled 20")
            // The window of exactly these days is stored; of the seven that end a day later it is not.
            #expect(try await numbers.ask("reach", from: 1, to: 7)[0].value.words == "35 settled")
            #expect(try await numbers.ask("reach", from: 2, to: 8)[0].value.words == "daysDoNotAdd partial 20")
            try await numbers.insert("reach 2026-01-07 5 b")
            #expect(try await numbers.ask("reach", from: 7, to: 7)[0].value.words == "accountsDoNotAdd settled")
            #expect(try await numbers.ask("reach", from: 7, to: 7, groups: [.account]).map(\.value.words) == ["30 settled", "5 settled"])
        }
    }

    @Test func theNewestDayOfEachAccountCounts() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("followers 2026-01-01 100", "followers 2026-01-03 90", "followers 2026-01-02 7 b")
            let result = try await numbers.ask("followers", to: 3, interval: .day)[0]
            #expect(result.value.words == "97 partial")
            #expect(result.series?.map(\.value.words) == ["100 settled", "7 partial", "90 partial"])
            try await numbers.insert("reach_7d 2026-01-01 5", "reach_7d 2026-01-01 6 b")
            #expect(try await numbers.ask("reach_7d", to: 1)[0].value.words == "accountsDoNotAdd settled")
        }
    }

    @Test func currenciesNeverAdd() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("ad_spend.EUR 2026-01-01 10.50", "ad_spend.USD 2026-01-01 3", "ad_spend.EUR 2026-01-02 1")
            let results = try await numbers.ask("ad_spend", to: 2)
            #expect(
                results.map { "\($0.metric.name) \($0.metric.unit.text) \($0.value.words)" } == [
                    "ad_spend.EUR EUR 11.5 settled", "ad_spend.USD USD 3 partial",
                ]
            )
            #expect(try await numbers.ask("ad_spend.USD", to: 1)[0].value.words == "3 settled")
        }
    }

    @Test func whatNobodyDeclaredAddsUpAndSaysSo() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("calls 2026-01-01 1", "calls 2026-01-02 2")
            let undeclared = try await numbers.ask("calls", to: 2)[0]
            #expect(!undeclared.isDeclared && undeclared.value.words == "3 settled")
            let last = Metric(name: "calls", label: "Open calls", unit: .count, aggregation: .last(accountsAdd: true))
            #expect(try await Declarations(numbers.test.database).declare(last))
            let declared = try await numbers.ask("calls", to: 2)[0]
            #expect(declared.isDeclared && declared.value.words == "2 settled")
            #expect(try await Declarations(numbers.test.database).declare(last) == false)
            #expect(try await Declarations(numbers.test.database).list() == [last])
            await #expect(throws: QueryProblem.unknownMetric(index: 1, "nothing")) { try await numbers.ask("calls", "nothing") }
        }
    }

    @Test func youngDaysAreProvisional() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 1", "sessions 2026-01-02 2")
            func status(_ asOf: String) async throws -> String {
                try await numbers.ask("sessions", to: 2, asOf: asOf)[0].value.status.rawValue
            }
            #expect(try await status("2026-01-02T12:00:00Z") == "partial")
            #expect(try await status("2026-01-03T12:00:00Z") == "provisional")
            #expect(try await status("2026-01-04T12:00:00Z") == "provisional")
            #expect(try await status("2026-01-05T12:00:00Z") == "settled")
        }
    }

    @Test func growthIsOfWholeDays() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 8", "sessions 2026-01-02 10", "clicks 2026-01-01 0", "clicks 2026-01-02 3")
            let grown = try await numbers.ask("sessions", "clicks", from: 2, to: 2, comparison: .previousPeriod)
            #expect(grown[0].comparison?.value.number == 8 && grown[0].comparison?.change == ExactDecimal("0.25"))
            #expect(grown[1].comparison?.change == nil && grown[1].comparison?.reason == .zeroBase)
            let today = try await numbers.ask("sessions", from: 2, to: 2, comparison: .previousPeriod, asOf: "2026-01-02T09:00:00Z")
            #expect(today[0].comparison?.change == nil && today[0].comparison?.reason == .dayNotOver)
        }
    }

    /// A 29 February is no growth: 28 days are not compared with 27, a month with a month is.
    @Test func aLeapDayIsNoGrowth() async throws {
        try await Numbers.with { numbers in
            for day in 1...29 { try await numbers.insert("sessions 2024-02-\(day) 10") }
            for day in 1...28 { try await numbers.insert("sessions 2023-02-\(day) 10") }
            func growth(from: Int) async throws -> Change? {
                let (first, last) = (Day(clamping: 2024, 2, from), Day(clamping: 2024, 2, 29))
                let query = MetricQuery(metrics: ["sessions"], range: .days(first...last), comparison: .previousYear)
                return try await Queries(numbers.test.database).answer(query, for: numbers.user).results[0].comparison
            }
            #expect(try await growth(from: 2)?.reason == .lengthsDiffer)
            #expect(try await growth(from: 1)?.change == ExactDecimal("0.0357142857143"))
        }
    }

    /// An account that was closed long before does not hide the window of the one that is there.
    @Test func aClosedAccountHidesNoWindow() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("reach 2025-06-01 5 old", "reach 2026-01-07 9 new", "reach_7d 2026-01-07 77 new")
            #expect(try await numbers.ask("reach", to: 7)[0].value.number == 77)
            try await numbers.insert("reach 2025-12-31 5 old")
            #expect(try await numbers.ask("reach", to: 7)[0].value.reason == .daysDoNotAdd)
        }
    }

    /// Ten a day: no week is better than another, whatever is cut from it.
    @Test func piecesOfDifferentLengthAreNotCompared() async throws {
        try await Numbers.with { numbers in
            for day in 1...31 { try await numbers.insert("sessions 2026-01-\(day) 10", "reach 2026-01-\(day) 10") }
            let query = MetricQuery(
                metrics: ["sessions"],
                range: .days(try numbers.january(15)...(try numbers.january(28))),
                interval: .week,
                comparison: .days(try numbers.january(1)...(try numbers.january(14))),
                asOf: Moment("2026-03-01T00:00:00Z")
            )
            let answer = try await Queries(numbers.test.database).answer(query, for: numbers.user)
            #expect(answer.results[0].comparison?.change == 0)
            // 15 to 18 January with 1 to 4, whole weeks with whole ones, and the rest of both.
            #expect(answer.table.rows.map { $0[12] } == ["0", "0", "0"])
            let shorter = try await numbers.ask(
                "sessions",
                "reach",
                from: 1,
                to: 28,
                comparison: .days(try numbers.january(29)...(try numbers.january(31)))
            )
            #expect(shorter[0].comparison?.change == nil && shorter[0].comparison?.reason == .lengthsDiffer)
        }
    }

    /// A sync that stopped is no loss of followers.
    @Test func anAccountThatFellSilentIsMissing() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("followers 2025-12-31 1000 a", "followers 2025-12-31 500 b", "followers 2026-01-01 500 b")
            #expect(try await numbers.ask("followers", to: 1)[0].value.words == "500 partial")
            #expect(
                try await numbers.ask("followers", to: 1, groups: [.account]).map(\.value.words) == ["noPoints missing", "500 settled"]
            )
            // After five weeks it is taken for closed.
            let later = Days(uncheckedBounds: (Day(clamping: 2026, 2, 10), Day(clamping: 2026, 2, 10)))
            try await numbers.insert("followers 2026-02-10 500 b")
            let query = MetricQuery(metrics: ["followers"], range: .days(later), asOf: Moment("2026-03-01T00:00:00Z"))
            #expect(try await Queries(numbers.test.database).answer(query, for: numbers.user).results.map(\.value.words) == ["500 settled"])
        }
    }

    @Test func windowsOfPeopleAreNeverSummed() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("users_7d 2026-01-06 100", "users_7d 2026-01-07 110")
            #expect(try await numbers.ask("users_7d", from: 6, to: 7)[0].value.words == "110 settled")
            #expect(try await numbers.ask("users", from: 1, to: 7)[0].value.words == "110 settled")
        }
    }

    /// A posting that comes between the round trips of a question is in none of its answers.
    @Test func whatIsStampedLaterIsNotKnownYet() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 1")
            _ = try await numbers.test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value, presence, created_at)
                values (\(numbers.user), 's', '2026-01-01', 'sessions', 2, 0, now() + interval '1 day'),
                       (\(numbers.user), 's', 'infinity', 'sessions', 2, 1, now())
                """
            )
            #expect(try await numbers.ask("sessions", to: 1, asOf: nil)[0].value.words == "1 settled")
        }
    }

    /// Names as somebody's own SQL may have written them break nothing.
    @Test func foreignNamesAreServedAsTheyAre() async throws {
        try await Numbers.with { numbers in
            _ = try await numbers.test.database.query(
                """
                insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value)
                values (\(numbers.user), 'Google Analytics!', E'a\\nb', '2026-01-01', 'sessions', 5), (\(numbers.user), 'x', '', '2026-01-01', 'Ä b', 5)
                """
            )
            let results = try await numbers.ask("sessions", to: 1, groups: [.source, .account], asOf: nil)
            #expect(results.map(\.group.source) == ["Google Analytics!"])
            #expect(results.map(\.group.account) == ["a\nb"])
            let foreign = try await numbers.ask(try MetricName(existing: "Ä b"), to: 1, asOf: nil)
            #expect(foreign.map(\.value.number) == [5])
            #expect(foreign.map(\.isDeclared) == [false])
        }
    }
}
