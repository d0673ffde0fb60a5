// Questions about metrics, and what metrics there are.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Reporting
import Storage

enum Metrics {
    static func routes(declarations: Declarations) -> [Route] {
        [
            .post("/v1/query") { request, caller in
                var fields = try await Fields.body(of: request)
                let email = try fields.email("user", of: caller)
                let query = try MetricQuery(&fields)
                try fields.end()
                let client = try await caller.client(email)
                let answer = try await Queries(client.database).answer(query, for: client.user.id)
                return request.prefers("text/csv", to: "application/json") ? .csv(answer.csv) : .json(answer.json)
            },
            .get("/v1/metadata") { _, caller in
                .json(try await Declarations(try await caller.database()).vocabulary().json)
            },
            .put("/v1/metadata/{name}") { request, _ in
                let metric = try await declaration(request)
                let known = try await declarations.vocabulary()
                do throws(DeclarationError) { try metric.check(against: known) } catch { throw Problem(error) }
                let isNew = try await declarations.declare(metric)
                return .json(metric.json(isBuiltIn: false), status: isNew ? .created : .ok)
            },
        ]
    }

    private static func declaration(_ request: Request) async throws -> Metric {
        let name = try Problem.naming("name", request.uri.path.split(separator: "/").last.map(String.init) ?? "", MetricName.init(_:))
        var fields = try await Fields.body(of: request)
        let label = try fields.required("label")
        let unitText = try fields.required("unit")
        guard let unit = Unit(unitText) else { throw Problem(.unit(unitText)) }
        let word: AggregationWord? = try fields.word("aggregation")
        guard let word else { throw Problem.field("aggregation", .missingField, "aggregation is missing.") }
        let accountsAdd = try fields.bool("accounts_add")
        let (numerator, denominator) = (try part("numerator", &fields), try part("denominator", &fields))
        let direction: Direction = try fields.word("direction") ?? .up
        let settlingDays = try fields.integer("settling_days") ?? 0
        let note = try fields.string("note")
        try fields.end()
        do throws(DeclarationError) {
            let aggregation = try Aggregation(
                word,
                accountsAdd: accountsAdd,
                numerator: numerator,
                denominator: denominator,
                of: name
            )
            return Metric(
                name: name,
                label: label,
                unit: unit,
                aggregation: aggregation,
                direction: direction,
                settlingDays: settlingDays,
                note: note
            )
        } catch {
            throw Problem(error)
        }
    }

    private static func part(_ name: String, _ fields: inout Fields) throws(Problem) -> MetricName? {
        try fields.string(name).map { text throws(Problem) in try Problem.naming(name, text, MetricName.init(_:)) }
    }
}
