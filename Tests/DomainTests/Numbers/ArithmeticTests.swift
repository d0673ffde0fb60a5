// Sums, differences and quotients: against integers of the machine, and by hand.
import Domain
import Testing

@Suite struct ArithmeticTests {
    @Test(arguments: [
        ("0.1", "0.2", "0.3"), ("-1", "1", "0"), ("1", "-1.5", "-0.5"), ("99.99", "0.01", "100"), ("-5", "-7.25", "-12.25"),
        ("123456789012345678901234567890.5", "0.5", "123456789012345678901234567891"), ("0", "0", "0"), ("1000", "-0.001", "999.999"),
    ])
    func sums(a: String, b: String, sum: String) throws {
        let (a, b, sum) = (try number(a), try number(b), try number(sum))
        #expect(a + b == sum)
        #expect(b + a == sum)
        #expect(sum - b == a)
        #expect(-(-a) == a)
    }

    @Test(arguments: [
        ("1", "3", "0.333333333333"), ("2", "3", "0.666666666667"), ("-2", "3", "-0.666666666667"), ("1", "-8", "-0.125"),
        ("0", "7", "0"), ("7", "7", "1"), ("1", "999999999999999999", "0.000000000000000001"), ("123456789012345", "1", "123456789012000"),
        ("1234.5", "1200", "1.02875"), ("0.005", "0.0001", "50"), ("999999999999.9", "1", "1000000000000"),
        ("1", "0.000003", "333333.333333"), ("9.9999999999995", "1", "10"), ("1000", "0.5", "2000"), ("0.0030", "1.5", "0.002"),
    ])
    func quotients(a: String, b: String, quotient: String) throws {
        #expect(try number(a).divided(by: try number(b)) == (try number(quotient)))
    }

    @Test func nothingIsDividedByZero() throws {
        #expect(try number("1").divided(by: 0) == nil)
    }

    /// Of few digits and of many, of any scale, and more of them than a machine number holds.
    @Test func aSumOfManyIsTheSumOneByOne() throws {
        var random = SystemRandomNumberGenerator()
        for count in [0, 1, 2, 50, 300] {
            let numbers = (0..<count).map { _ in
                let digits = ExactDecimal(Int.random(in: -9_999_999_999_999_999...99_999_999_999_999_999, using: &random))
                return digits.movingPoint(by: Int.random(in: -30...3, using: &random))
            }
            #expect(ExactDecimal.sum(of: numbers) == numbers.reduce(0, +))
        }
        let large = [ExactDecimal](repeating: 99_999_999_999_999_999, count: 200)
        #expect(ExactDecimal.sum(of: large).text == "19999999999999999800")
    }

    @Test func randomOnesAgreeWithTheMachine() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let (a, b) = (Int.random(in: -1_000_000_000...1_000_000_000, using: &random), Int.random(in: -99_999...99_999, using: &random))
            let (x, y) = (ExactDecimal(a).movingPoint(by: -4), ExactDecimal(b).movingPoint(by: -4))
            #expect(x + y == ExactDecimal(a + b).movingPoint(by: -4), "\(a) \(b)")
            #expect(x - y == ExactDecimal(a - b).movingPoint(by: -4), "\(a) \(b)")
            // What divides without a rest comes back whole.
            if b != 0 { #expect(ExactDecimal(a * b).divided(by: ExactDecimal(b)) == ExactDecimal(a), "\(a) \(b)") }
        }
    }

    private func number(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }
}
