// `doctor --deep`: do the totals tell what the entries add up to?
import Domain
package import Storage

package enum TotalsFinding {
    package static func look(_ database: Database) async throws -> Finding {
        let found = try await TotalsCheck(database).examine()
        guard found.wrong > 0 else { return .good("totals", "all \(found.totals) are what their entries add up to") }
        let examples = found.examples.map { wrong in
            let place = [wrong.metric, wrong.source, wrong.account].filter { !$0.isEmpty }.map(\.quoted).joined(separator: " ")
            return "\(place): \(wrong.kept ?? "nothing") is kept, the entries add up to \(wrong.entries ?? "nothing")"
        }
        let more = found.wrong > examples.count ? ["and \(found.wrong - examples.count) more"] : []
        let words =
            "\(found.wrong) of \(found.totals) are wrong: \((examples + more).joined(separator: "; ")). `livinglytics doctor --repair` makes them anew"
        return .wrong("totals", words)
    }
}
