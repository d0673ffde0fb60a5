// Errors of the rooms below, as answers. Every switch is total: a new error finds its status here or does not compile.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Reporting
import Storage

extension Problem {
    init(_ denied: AccessDenied) {
        switch denied {
        case .missing:
            self.init(
                status: .unauthorized,
                code: .missingToken,
                detail: "Missing bearer token",
                headers: [.wwwAuthenticate: "Bearer"]
            )
        case .invalid:
            self.init(status: .forbidden, code: .invalidToken, detail: "Invalid token")
        }
    }

    init(_ error: StorageError) {
        switch error {
        case .unavailable, .refused, .cancelled:
            self.init(
                status: .serviceUnavailable,
                code: .databaseUnavailable,
                detail: "The database can't be reached just now. Please try again in a few seconds.",
                headers: [.retryAfter: "5"]
            )
        case .schemaMissing:
            self.init(
                status: .serviceUnavailable,
                code: .schemaMissing,
                detail: "The database has not the schema of this version. Its operator runs `livinglytics migrate`.",
                headers: [.retryAfter: "60"]
            )
        case .conflict:
            self.init(
                status: .conflict,
                code: .conflict,
                detail: "Somebody else changed the same rows. Nothing was changed; please try again."
            )
        case .rejected:
            self.init(status: .unprocessableContent, code: .invalidParameters, detail: "The database can't store these values.")
        case .defect:
            self = .internalError
        }
    }

    init(_ problem: QueryProblem) {
        let code: Code =
            switch problem {
            case .noMetrics: .missingField
            case .tooManyMetrics, .tooManyValues: .tooManyValues
            case .repeatedMetric: .invalidValue
            case .unknownMetric: .unknownMetric
            case .unknownTimeZone: .unknownTimeZone
            case .asOfInTheFuture: .asOfInTheFuture
            case .noComparison, .weekdaysOfGivenDays, .weekdaysWithoutComparison: .invalidComparison
            case .outsideTheCalendar, .comparisonOutsideTheCalendar: .invalidDateRange
            }
        self = .field(problem.field, code, "\(problem.description).")
    }

    init(_ error: DeclarationError) {
        switch error {
        case .builtIn: self.init(status: .conflict, code: .builtInMetric, detail: "\(error.description).")
        case .missingPart: self = .field(error.field, .missingField, "\(error.description).")
        case .label, .unit, .settlingDays, .superfluousPart, .partDoesNotAdd, .isPartOf, .isWindow, .currenciesDiffer:
            self = .field(error.field, .invalidValue, "\(error.description).")
        }
    }

    static let userNotFound = Problem(status: .notFound, code: .userNotFound, detail: "User not found")

    static let internalError = Problem(
        status: .internalServerError,
        code: .internalError,
        detail: "Something went wrong on the server. Its log says more."
    )

    /// Hummingbird's own errors: a body that can't be read, a header too large.
    init(_ error: HTTPError) {
        self.init(status: error.status, code: .badRequest, detail: error.body ?? error.status.reasonPhrase)
    }
}

/// How loud an error is in the log: what the client did is its own affair, what we did is not.
extension StorageError {
    var isOurs: Bool {
        switch self {
        case .unavailable, .refused, .schemaMissing, .defect: true
        case .conflict, .rejected, .cancelled: false
        }
    }
}
