// The vocabulary, and what may be declared beside it.
import Domain
import Testing

@Suite struct DeclarationTests {
    private func metric(_ name: MetricName, _ aggregation: Aggregation, label: String = "Label", settling: Int = 0) -> Metric {
        Metric(name: name, label: label, unit: .count, aggregation: aggregation, settlingDays: settling)
    }

    private func refusal(_ metric: Metric, beside declared: [Metric] = []) -> DeclarationError? {
        do throws(DeclarationError) {
            try metric.check(against: Vocabulary(declared: declared))
            return nil
        } catch {
            return error
        }
    }

    @Test func builtInNamesMeanTheSameEverywhere() {
        #expect(refusal(metric("sessions", .last(accountsAdd: true))) == .builtIn("sessions"))
        #expect(refusal(metric("ad_spend.EUR", .sum)) == .builtIn("ad_spend.EUR"))
        #expect(refusal(metric("ad_spend", .sum)) == .builtIn("ad_spend"))
        // No currency.
        #expect(refusal(metric("ad_spend.euro", .sum)) == nil)
        // One that got in by somebody's SQL changes nothing either.
        #expect(Vocabulary(declared: [metric("reach", .sum)])["reach"]?.aggregation.word == .unique)
    }

    @Test func partsAreOtherMetricsThatAddUp() {
        #expect(refusal(metric("rate", .ratio(of: "calls", by: "sessions"))) == nil)
        #expect(refusal(metric("rate", .ratio(of: "rate", by: "sessions"))) == .partDoesNotAdd("numerator", "rate"))
        #expect(refusal(metric("rate", .ratio(of: "calls", by: "reach"))) == .partDoesNotAdd("denominator", "reach"))
        #expect(refusal(metric("rate", .ratio(of: "ad_spend", by: "sessions"))) == .partDoesNotAdd("numerator", "ad_spend"))
        #expect(refusal(metric("mean", .weighted(by: "ctr"))) == .partDoesNotAdd("denominator", "ctr"))
        let rate = metric("rate", .ratio(of: "calls", by: "sessions"))
        #expect(refusal(metric("calls", .last(accountsAdd: true)), beside: [rate]) == .isPartOf("rate"))
        #expect(refusal(metric("calls", .sum), beside: [rate]) == nil)
    }

    @Test func windowsOfPeopleAndCurrenciesNeverAdd() {
        #expect(refusal(metric("users_7d", .sum)) == .isWindow(of: "users"))
        #expect(refusal(metric("users_7d", .last(accountsAdd: true))) == .isWindow(of: "users"))
        #expect(refusal(metric("users_7d", .last(accountsAdd: false))) == nil)
        #expect(refusal(metric("roas", .ratio(of: "ad_spend.EUR", by: "ad_spend.USD"))) == .currenciesDiffer)
        #expect(refusal(metric("roas", .ratio(of: "revenue", by: "ad_spend.USD"))) == nil)
    }

    @Test func labelsAndDaysHaveBounds() {
        #expect(refusal(metric("calls", .sum, label: "")) == .label)
        #expect(refusal(metric("calls", .sum, label: String(repeating: "x", count: 101))) == .label)
        #expect(refusal(metric("calls", .sum, label: "a\u{1B}b")) == .label)
        #expect(refusal(metric("calls", .sum, settling: 367)) == .settlingDays(367))
        #expect(refusal(metric("calls", .sum, settling: -1)) == .settlingDays(-1))
    }

    @Test func anAggregationTakesItsPartsAndNoOthers() {
        func made(
            _ word: AggregationWord,
            _ numerator: MetricName?,
            _ denominator: MetricName?,
            accountsAdd: Bool? = nil
        ) -> Result<Aggregation, DeclarationError> {
            Result { () throws(DeclarationError) in
                try Aggregation(word, accountsAdd: accountsAdd, numerator: numerator, denominator: denominator, of: "calls")
            }
        }
        #expect(made(.ratio, "a", "b") == .success(.ratio(of: "a", by: "b")))
        #expect(made(.ratio, nil, "b") == .failure(.missingPart("numerator")))
        #expect(made(.ratio, "a", nil) == .failure(.missingPart("denominator")))
        #expect(made(.weighted, nil, "b") == .success(.weighted(by: "b")))
        #expect(made(.weighted, "a", "b") == .failure(.superfluousPart("numerator", aggregation: "weighted")))
        #expect(made(.sum, nil, "b") == .failure(.superfluousPart("denominator", aggregation: "sum")))
        #expect(made(.last, nil, nil) == .success(.last(accountsAdd: true)))
        #expect(made(.last, nil, nil, accountsAdd: false) == .success(.last(accountsAdd: false)))
        #expect(made(.sum, nil, nil, accountsAdd: false) == .failure(.superfluousPart("accounts_add", aggregation: "sum")))
        #expect(made(.unique, nil, nil) == .success(.unique(windows: [7: "calls_7d", 28: "calls_28d"])))
    }

    @Test(arguments: ["count", "people", "accounts", "seconds", "ratio", "rank", "EUR"])
    func unitsComeBackAsTheyWere(_ text: String) {
        #expect(Unit(text)?.text == text)
    }

    @Test(arguments: ["", "eur", "EURO", "counts", "€"])
    func whatIsNoUnit(_ text: String) {
        #expect(Unit(text) == nil)
    }

    @Test func countsOfLongerWindowsNeverAdd() {
        let guests = metric("guests", .unique(windows: [7: "guests_7d"]))
        #expect(Vocabulary(declared: [guests])["guests_7d"]?.aggregation == .last(accountsAdd: false))
        #expect(Vocabulary()["users_28d"]?.aggregation == .last(accountsAdd: false))
    }

    /// The table of the vocabulary: each name once, and every part a metric that adds up.
    @Test func theBuiltInOnesAreSound() {
        let names = Vocabulary.builtIn.map(\.name)
        #expect(Set(names).count == names.count)
        let vocabulary = Vocabulary()
        for metric in Vocabulary.builtIn {
            switch metric.aggregation {
            case .ratio(let numerator, let denominator):
                #expect(vocabulary[numerator]?.aggregation == .sum && vocabulary[denominator]?.aggregation == .sum, "\(metric.name)")
            case .weighted(let weight): #expect(vocabulary[weight]?.aggregation == .sum, "\(metric.name)")
            case .sum, .last, .unique: break
            }
        }
    }
}
