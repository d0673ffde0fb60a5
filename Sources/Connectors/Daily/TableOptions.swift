// What a user says about a file where the file does not say it.

/// How tables are read. Without any of it a table has to speak for itself.
package struct TableOptions: Sendable {
    /// Which columns become what.
    package let map: HeaderMap
    /// How dates are read that have two readings, such as `1/2/2026`.
    package let dates: DateOrder?
    /// How numbers are read that have two readings, such as `1.234`.
    package let decimals: DecimalMark?

    package init(map: HeaderMap = .none, dates: DateOrder? = nil, decimals: DecimalMark? = nil) {
        (self.map, self.dates, self.decimals) = (map, dates, decimals)
    }
}
