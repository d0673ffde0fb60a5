// Turns whatever a handler throws into an answer.
import Hummingbird
import Identity
import Ingest
import Logging
import Reporting
import Storage

struct AnswerProblems<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response)
        async throws -> Response
    {
        do {
            return try await next(request, context)
        } catch {
            let response = problem(of: error, request, context).response
            // An answer to HEAD has no body, and a client that meets one is out of step (RFC 9110, 9.3.2).
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private func problem(of error: any Error, _ request: Request, _ context: Context) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let denied as AccessDenied:
            if case .unknown(let why) = denied { log("Supabase Auth: \(why)", request, context) }
            return Problem(denied)
        case let error as SupabaseError:
            switch error {
            case .unavailable, .refused: log("Supabase Auth: \(error)", request, context)
            case .wrongPassword, .notConfirmed, .signedOut, .secondFactor: break
            }
            return Problem(error)
        case let error as TooManyAttempts: return Problem(error)
        case let problem as QueryProblem: return Problem(problem)
        case let problem as NoPoint: return .field("day", .noPoint, "\(problem).")
        case let problem as PartsRule: return .field("metric", .computed, "\(problem).")
        case is ImportInterrupted:
            return Problem(status: .badRequest, code: .badRequest, detail: "The body broke off. Nothing of a file was posted.")
        case let error as HTTPError: return Problem(error)
        case let error as StorageError:
            if error.isOurs { log(error.description, request, context) }
            return Problem(error)
        default:
            log("\(error)", request, context)
            return .internalError
        }
    }

    /// The path alone: the query may hold somebody's e-mail address.
    private func log(_ what: String, _ request: Request, _ context: Context) {
        context.logger.error(
            "a request failed",
            metadata: ["method": "\(request.method)", "path": "\(request.uri.path)", "error": "\(what)"]
        )
    }
}
