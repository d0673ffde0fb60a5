// What a client is told when something is wrong: RFC 9457, and `detail` as the brief's clients read it.
import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that is an error.
struct Problem: Error, Equatable {
    /// A stable name that programs may rely on; words may change.
    enum Code: String, CaseIterable {
        case missingToken = "missing_token"
        case invalidToken = "invalid_token"
        case invalidLogin = "invalid_login"
        case emailNotConfirmed = "email_not_confirmed"
        case secondFactor = "second_factor"
        case tooManyAttempts = "too_many_attempts"
        case signInUnavailable = "sign_in_unavailable"
        case forbidden = "forbidden"
        case originNotAllowed = "origin_not_allowed"
        case keyNotFound = "key_not_found"
        case invitationNotFound = "invitation_not_found"
        case userNotFound = "user_not_found"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case invalidParameters = "invalid_parameters"
        case conflict = "conflict"
        case databaseUnavailable = "database_unavailable"
        case schemaMissing = "schema_missing"
        case badRequest = "bad_request"
        case noPoint = "no_point"
        case computed = "computed_metric"
        case tooLarge = "too_large"
        case invalidJSON = "invalid_json"
        case unknownField = "unknown_field"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        case invalidValue = "invalid_value"
        case invalidDateRange = "invalid_date_range"
        case dateRangeUpsideDown = "date_range_upside_down"
        case dateRangeTooLong = "date_range_too_long"
        case unknownMetric = "unknown_metric"
        case unknownTimeZone = "unknown_time_zone"
        case asOfInTheFuture = "as_of_in_the_future"
        case invalidComparison = "invalid_comparison"
        case tooManyValues = "too_many_values"
        case builtInMetric = "built_in_metric"
        case importRefused = "import_refused"
        case importNotFound = "import_not_found"
        case importUnderWay = "import_under_way"
        case doubledPoints = "doubled_points"
        case idempotencyKeyReused = "idempotency_key_reused"
        case undone = "undone"
        case internalError = "internal"
    }

    /// A field of the request that is wrong.
    struct Field: Equatable {
        let name: String
        let detail: String
    }

    let status: HTTPResponse.Status
    let code: Code
    let detail: String
    var fields: [Field] = []
    var headers: HTTPFields = [:]
    /// Members beside those that every problem has.
    var more: [JSON.Member] = []

    static func invalid(_ fields: [Field]) -> Problem {
        Problem(
            status: .unprocessableContent,
            code: .invalidParameters,
            detail: fields.map(\.detail).joined(separator: " "),
            fields: fields
        )
    }

    var json: JSON {
        var members: [JSON.Member] = [
            .init("type", "about:blank"),
            .init("title", .string(status.reasonPhrase)),
            .init("status", .integer(status.code)),
            .init("detail", .string(detail)),
            .init("code", .string(code.rawValue)),
        ]
        if !fields.isEmpty {
            let errors = fields.map { JSON.object([.init("field", .string($0.name)), .init("detail", .string($0.detail))]) }
            members.append(.init("errors", .array(errors)))
        }
        return .object(members + more)
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.encoded())))
    }
}
