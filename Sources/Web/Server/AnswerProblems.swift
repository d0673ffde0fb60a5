// Turns whatever a handler throws into an answer.
import Hummingbird
import Identity
import Logging
import Storage

struct AnswerProblems<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response)
        async throws -> Response
    {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let denied as AccessDenied {
            return Problem(denied).response
        } catch let error as StorageError {
            if error.isOurs { log(error.description, request, context) }
            return Problem(error).response
        } catch let error as HTTPError {
            return Problem(error).response
        } catch {
            log("\(error)", request, context)
            return Problem.internalError.response
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
