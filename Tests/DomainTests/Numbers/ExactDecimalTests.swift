// Decimals: what is read, how it is written, and that nothing is rounded.

import Domain
import Testing

@Suite struct ExactDecimalTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("+0", "0"), ("-0.000", "0"), ("000", "0"), (".0", "0"), ("0.", "0"), ("0e5", "0"), ("-0e-5", "0"),
        ("1", "1"), ("+1", "1"), ("-1", "-1"), ("007", "7"), ("1.50", "1.5"), ("1.00", "1"), ("100", "100"), ("0.010", "0.01"),
        (".5", "0.5"), ("-.5", "-0.5"), ("3.", "3"), ("0001.1000", "1.1"),
        ("1.5e3", "1500"), ("1.5E+3", "1500"), ("15e-1", "1.5"), ("-15e-4", "-0.0015"), ("1e0", "1"), ("1.25e1", "12.5"), ("0.001e3", "1"),
        ("1200e-2", "12"), ("5e-1", "0.5"), ("12345e-5", "0.12345"),
        ("123456789012345678901234567890.123456789012345678901234567890", "123456789012345678901234567890.12345678901234567890123456789"),
        ("9223372036854775808", "9223372036854775808"), ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ])
    func readsAndWritesCanonically(input: String, canonical: String) throws {
        let number = try #require(ExactDecimal(input))
        #expect(number.description == canonical)
        #expect(ExactDecimal(canonical) == number)
        #expect(number.isZero == (canonical == "0"))
    }

    @Test(arguments: [
        "", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1e1.5", "--1", "+-1", "1.2.3", "1,000", " 1", "1 ", "1\n", "1\0", "12x", "0x10",
        "NaN", "nan", "Infinity", "-inf", "1e1001", "1e-1001", "1e99999999999999999999999", "١", "½", "1_000", "−1",
    ])
    func refusesWhatIsNoNumber(input: String) {
        #expect(ExactDecimal(input) == nil)
    }

    @Test func readsLongNumbersAndTheLargestExponents() {
        let digits = String(repeating: "9", count: 20_000)
        #expect(ExactDecimal(digits)?.description == digits)
        #expect(ExactDecimal("0." + digits)?.description == "0." + digits)
        #expect(ExactDecimal("1e1000")?.description == "1" + String(repeating: "0", count: 1000))
        #expect(ExactDecimal("-1e-1000")?.description == "-0." + String(repeating: "0", count: 999) + "1")
    }

    @Test(arguments: [
        ("2.54", -2, "0.0254"), ("100", -2, "1"), ("-7", -2, "-0.07"), ("0", -2, "0"), ("0.0254", 2, "2.54"), ("1", 3, "1000"),
        ("-12.5", 0, "-12.5"), ("12.5", 1, "125"), ("5", -1000, "0." + String(repeating: "0", count: 999) + "5"),
    ])
    func movesThePointExactly(start: String, places: Int, result: String) throws {
        #expect(try #require(ExactDecimal(start)).movingPoint(by: places).description == result)
    }

    /// Each is less than the next; every pair is compared both ways.
    @Test func ordersNumerically() throws {
        let ascending = try [
            "-100", "-99.9", "-12.5", "-12", "-1.01", "-1.001", "-1", "-0.5", "-0.05", "0", "0.009", "0.01", "0.1", "0.11", "0.9", "1",
            "1.25", "1.3",
            "2", "9", "10", "99", "100.5", "1e30",
        ].map { try #require(ExactDecimal($0)) }
        for (index, left) in ascending.enumerated() {
            for (otherIndex, right) in ascending.enumerated() {
                #expect((left < right) == (index < otherIndex), "\(left) < \(right)")
                #expect((left == right) == (index == otherIndex))
            }
        }
    }

    @Test func takesIntegers() {
        let literal: ExactDecimal = -42
        #expect(literal.description == "-42")
        #expect(literal.isNegative)
        #expect(ExactDecimal(Int.min).description == "-9223372036854775808")
        #expect(Set([ExactDecimal("1.0"), 1, ExactDecimal("10e-1")]).count == 1)
    }

    @Test func readsFromTheMiddleOfBytes() {
        let bytes = Array("a,-12.50,b".utf8)
        #expect(ExactDecimal(utf8: bytes.span.extracting(2..<8))?.description == "-12.5")
    }
}
