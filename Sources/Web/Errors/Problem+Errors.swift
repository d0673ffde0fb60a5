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
        case .notTheServiceKey:
            self.init(status: .forbidden, code: .invalidToken, detail: "Invalid token")
        case .invalid:
            self.init(
                status: .unauthorized,
                code: .invalidToken,
                detail: "Invalid token",
                headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#]
            )
        case .forbidden:
            self.init(status: .forbidden, code: .forbidden, detail: "This credential is valid, and may not do that.")
        case .otherUser:
            self.init(status: .forbidden, code: .forbidden, detail: "This credential does not open such a user.")
        case .foreignOrigin:
            self.init(
                status: .forbidden,
                code: .originNotAllowed,
                detail:
                    "A browser sent this, and not for a page of this server: its operator lists other origins in ALLOW_ORIGINS."
            )
        case .unknown: self = .signInUnavailable
        }
    }

    /// Why nobody is signed in.
    init(_ error: SupabaseError) {
        switch error {
        case .wrongPassword, .signedOut: self = .invalidLogin
        case .notConfirmed:
            self.init(
                status: .forbidden,
                code: .emailNotConfirmed,
                detail: "This e-mail address was not confirmed yet: follow the link in the mail from when you signed up."
            )
        case .secondFactor:
            self.init(
                status: .forbidden,
                code: .secondFactor,
                detail:
                    "You have set up a second factor, which can't be asked for here yet: use an API key, or a token of your own front end."
            )
        case .unavailable, .refused: self = .signInUnavailable
        }
    }

    init(_ error: TooManyAttempts) {
        let seconds = max(1, error.retryAfter.components.seconds + 1)
        self.init(
            status: .tooManyRequests,
            code: .tooManyAttempts,
            detail: "Too many sign-ins from this address have failed. Try again in \(seconds) seconds.",
            headers: [.retryAfter: "\(seconds)"]
        )
    }

    static let invalidLogin = Problem(
        status: .unauthorized,
        code: .invalidLogin,
        detail: "That is not right. Nobody was signed in.",
        headers: [.wwwAuthenticate: "Bearer"]
    )

    static let signInUnavailable = Problem(
        status: .serviceUnavailable,
        code: .signInUnavailable,
        detail: "Supabase Auth does not answer just now, and without it nobody can be told from others. Please try again in a few seconds.",
        headers: [.retryAfter: "5"]
    )

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
        case .shutOut: self.init(AccessDenied.invalid)
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
        case .conflict, .rejected, .shutOut, .cancelled: false
        }
    }
}
