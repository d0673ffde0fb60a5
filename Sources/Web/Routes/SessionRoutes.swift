// Sessions: a browser signs in, hears who it is, and signs out.
import Domain
import HTTPTypes
import Hummingbird
package import Identity
import Storage

/// What signing in needs beside the gatekeeper.
package struct SignIn: Sendable {
    let failed = FailedSignIns()
    /// Of whoever runs everything on his own machine; nil elsewhere.
    let codes: SignInCodes?

    package init(codes: SignInCodes?) {
        self.codes = codes
    }
}

enum SessionRoutes {
    static func routes(_ signIn: SignIn) -> [Route] {
        [
            .post("/v1/session") { request, caller in
                let offer = try await SignInOffer(request)
                // A page of another site must not sign its visitor in as somebody else.
                if request.headers[.origin] != nil, !caller.gate.origins.mayAct(request, caller.channel) {
                    throw AccessDenied.foreignOrigin
                }
                let attempt = try signIn.failed.begin(from: caller.gate.origins.network(of: request, caller.channel))
                if case .password = offer, signIn.codes != nil { throw Problem.noPasswordsHere }
                let isHere = caller.gate.origins.isAtThisMachine(request, caller.channel)
                do {
                    let session = try await caller.gate.signIn(offer, isHere ? signIn.codes : nil)
                    signIn.failed.takeBack(attempt)
                    return session.response(status: .created, cookie: session.cookie)
                } catch SupabaseError.wrongPassword {
                    throw Problem.invalidLogin
                } catch {
                    // Nobody has guessed anything.
                    signIn.failed.takeBack(attempt)
                    throw error
                }
            },
            .get("/v1/session") { _, caller in
                guard case .holder(let shown, let belongings) = caller.who else { throw AccessDenied.forbidden }
                var now = try await caller.gate.lookedUp(shown)
                (now.email, now.expiresAt) = (belongings.email, belongings.expiresAt)
                return OpenSession(shown: shown, belongings: now).response()
            },
            .delete("/v1/session") { _, caller in
                guard case .holder(.session(let cookie), _) = caller.who else { throw AccessDenied.forbidden }
                try await caller.gate.signOut(cookie)
                return Response(status: .noContent, headers: [.setCookie: OpenSession.setCookie("", lasting: 0)])
            },
        ]
    }
}

extension Problem {
    fileprivate static let noPasswordsHere = Problem(
        status: .serviceUnavailable,
        code: .signInUnavailable,
        detail: "No Supabase Auth stands behind `make run`: sign in by the link that it prints, or with an API key."
    )
}

/// What somebody signs in with: one of three.
enum SignInOffer: Sendable {
    case password(email: String, String)
    case key(String)
    case code(String)

    init(_ request: Request) async throws {
        var fields = try await Fields.body(of: request)
        let (key, code, email) = (try fields.string("api_key"), try fields.string("code"), try fields.string("email"))
        let password = try fields.string("password")
        try fields.end()
        switch (email, password, key, code) {
        case (let email?, let password?, nil, nil): self = .password(email: email, password)
        case (nil, nil, let key?, nil): self = .key(key)
        case (nil, nil, nil, let code?): self = .code(code)
        case (.some, nil, nil, nil): throw Problem.field("password", .missingField, "password is missing: it goes with email.")
        case (nil, .some, nil, nil): throw Problem.field("email", .missingField, "email is missing: it goes with password.")
        case (nil, nil, nil, nil): throw Problem.field("email", .missingField, "Give email and password, or api_key, or code.")
        default: throw Problem.field("email", .invalidValue, "Give email and password, or api_key, or code: one of the three.")
        }
    }
}

/// A session, and all that its owner hears of it.
struct OpenSession {
    let shown: Shown
    let belongings: Belongings

    /// What the browser is to keep; empty for what is no session.
    var cookie: String { if case .session(let cookie) = shown { cookie } else { "" } }

    func response(status: HTTPResponse.Status = .ok, cookie: String? = nil) -> Response {
        var response = Response.json(json, status: status)
        if let cookie { response.headers[.setCookie] = Self.setCookie(cookie, lasting: Gatekeeper.sessionSeconds) }
        return response
    }

    static func setCookie(_ value: String, lasting seconds: Int) -> String {
        "\(Credential.cookie)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; Secure; SameSite=Lax"
    }

    private var json: JSON {
        let word =
            switch shown {
            case .person: "jwt"
            case .key: "api_key"
            case .session: "session"
            }
        return [
            "credential": .string(word), "subject": .optional(belongings.subject?.description), "email": .optional(belongings.email),
            "expires_at": .optional(belongings.expiresAt.map(Moment.init(seconds:))?.text),
            "clients": .array(belongings.holdings.map(\.json)),
        ]
    }
}

extension Holding {
    fileprivate var json: JSON {
        let rights = Right.allCases.filter { self.rights.contains($0) }
        return ["user": .string(user.email), "rights": .array(rights.map { .string($0.rawValue) })]
    }
}
