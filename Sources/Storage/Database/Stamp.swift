// Moments as answers write them.
package import Postgres

extension SQL.Interpolation {
    /// A timestamptz as RFC 3339 in UTC, with microseconds: `Moment` reads it.
    package mutating func appendInterpolation(stamp column: String) {
        appendInterpolation(unsafe: #"to_char(\#(column) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#)
    }
}
