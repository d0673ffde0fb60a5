// Everything out again, as a stream.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Reporting
import Storage

enum ExportRoute {
    static var routes: [Route] {
        [
            .get("/v1/export") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                let filter = try EntryFilter(&query)
                let format: ExportFormat =
                    try query.word("format") ?? (request.prefers("application/x-ndjson", to: "text/csv") ? .ndjson : .csv)
                let rows: ExportRows = try query.word("rows") ?? .points
                try query.end()
                let client = try await caller.client(email)
                return try await stream(Export(client.database), rows.kind, format, filter, client.user.id)
            }
        ]
    }

    /// The first page is there before anything is answered. What goes wrong on the way ends the connection without the last chunk: nobody
    /// takes a part for the whole.
    private static func stream(
        _ export: Export,
        _ kind: Export.Kind,
        _ format: ExportFormat,
        _ filter: EntryFilter,
        _ user: UserID
    ) async throws -> Response {
        var begun = try await export.begin(kind, filter, of: user)
        let first = try await begun.next() ?? []
        let body = ResponseBody { [begun] writer in
            var pages = begun
            try await writer.write(ByteBuffer(string: format.header(kind.columns) + format.lines(first, kind.columns)))
            while let rows = try await pages.next() {
                try await writer.write(ByteBuffer(string: format.lines(rows, kind.columns)))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: format.mediaType], body: body)
    }
}

/// How the kinds are spelled.
private enum ExportRows: String, CaseIterable {
    case points, entries

    var kind: Export.Kind {
        switch self {
        case .points: .points
        case .entries: .entries
        }
    }
}

extension ExportFormat {
    fileprivate var mediaType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .ndjson: "application/x-ndjson"
        }
    }
}
