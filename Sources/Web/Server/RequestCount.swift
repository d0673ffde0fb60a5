// How many requests were accepted and answered, for the last word of a server that stops.
import Hummingbird
import Synchronization

/// Counts of one server, shared by all its requests.
package final class RequestCount: Sendable {
    private let acceptedCount = Atomic<Int>(0)
    private let answeredCount = Atomic<Int>(0)

    package init() {}

    package var accepted: Int { acceptedCount.load(ordering: .relaxed) }
    package var answered: Int { answeredCount.load(ordering: .relaxed) }

    fileprivate func accept() { acceptedCount.add(1, ordering: .relaxed) }
    fileprivate func answer() { answeredCount.add(1, ordering: .relaxed) }
}

struct CountRequests<Context: RequestContext>: RouterMiddleware {
    let count: RequestCount

    @concurrent func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        count.accept()
        let response = try await next(request, context)
        count.answer()
        return response
    }
}
