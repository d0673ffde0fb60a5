// Imports: a file or a tap's stream as the body of a request, the list of them, and one taken back.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Ingest
import NIOCore
import Reporting
import Storage

enum ImportRoutes {
    /// - Parameter limit: bytes of one import, unpacked.
    static func routes(limit: Int) -> [Route] {
        [
            .post("/v1/imports") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                let name = query.text("name") ?? "request"
                let options = try ImportOptions(&query)
                let id = try query.importID("id")
                try query.end()
                let body = ImportBody(request: request, limit: limit)
                try body.requireSize()
                let client = try await caller.client(email)
                return try await body.take(Importer(client.database), try options.checked(for: client.user.id, name: name), id)
            },
            .get("/v1/imports") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                let (cursor, limit) = (try query.cursor { Cursor(ofImports: $0) }, try query.limit(upTo: ImportList.longestPage))
                try query.end()
                let client = try await caller.client(email)
                return .json(
                    try await ImportList(client.database).page(of: client.user.id, after: cursor, limit: limit).json("imports", \.json)
                )
            },
            .get("/v1/imports/{id}") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                try query.end()
                let client = try await caller.client(email)
                let id = try request.importID(at: 2)
                guard let row = try await ImportList(client.database).find(id, of: client.user.id) else { throw Problem.importNotFound }
                return .json(row.json)
            },
            .post("/v1/imports/{id}/undo") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                try query.end()
                let client = try await caller.client(email)
                let key = ImportKey(user: client.user.id, id: try request.importID(at: 2))
                do {
                    return .json(try await Imports(client.database).undo(key).json, status: .created)
                } catch let error as UndoError {
                    throw Problem(error)
                }
            },
        ]
    }
}

/// The body of a request that is an import.
private struct ImportBody {
    let request: Request
    let limit: Int

    /// Before any of it is read.
    func requireSize() throws(Problem) {
        guard let text = request.headers[.contentLength], let length = Int(text), length > limit else { return }
        throw .tooLarge(limit)
    }

    func take(_ importer: Importer, _ wanted: ImportRequest, _ id: ImportID?) async throws -> Response {
        var wanted = wanted
        wanted.once = try request.idempotencyKey()
        if let id { wanted.id = id }
        let progress = ImportProgress()
        var chunks = request.body.makeAsyncIterator()
        let source = ImportSource(limit: limit, progress: progress) {
            do {
                return try await chunks.next(isolation: #isolation).map { Array($0.readableBytesView) }
            } catch {
                // The body broke off: whoever sent it has gone.
                throw ImportInterrupted()
            }
        }
        do {
            let report = try await importer.run(wanted, from: source, progress: progress)
            return .json(report.json, status: report.isDryRun ? .ok : .created)
        } catch let error as RepeatedRequest {
            return try error.answer()
        } catch {
            guard let refusal = ImportRefusal(error) else { throw error }
            throw refusal.kind == .size ? Problem.tooLarge(limit) : Problem(refusal)
        }
    }
}

extension RepeatedRequest {
    fileprivate func answer() throws(Problem) -> Response {
        switch self {
        case .done(_, let report):
            var response = Response.json(report)
            response.headers[.idempotentReplayed] = "true"
            return response
        case .underWay(let id):
            throw Problem(
                status: .conflict,
                code: .importUnderWay,
                detail: "The import \(id) with this Idempotency-Key is under way. Ask for it again when it has ended.",
                headers: [.retryAfter: "5"]
            )
        case .other(let id):
            throw Problem(
                status: .unprocessableContent,
                code: .idempotencyKeyReused,
                detail: "This Idempotency-Key stands for another request, the import \(id): take a new one for each import."
            )
        case .idTaken(let id):
            throw Problem(status: .conflict, code: .conflict, detail: "There is an import \(id) already: give another id, or none.")
        }
    }
}

extension ImportOptions {
    init(_ query: inout Query) throws(Problem) {
        self.init()
        (map, collapse) = (query.texts("map"), query.texts("collapse"))
        (streamMap, source, account) = (query.text("stream_map"), query.text("source"), query.text("account"))
        (format, dates, decimals, currency) = (query.text("format"), query.text("dates"), query.text("decimals"), query.text("currency"))
        (takesOver, isDryRun, isStrict) = (try query.flag("take_over"), try query.flag("dry_run"), try query.flag("strict"))
        if let text = query.text("quarantine_limit") {
            guard let limit = Int(text) else { throw .field("quarantine_limit", .wrongType, "\(text.quoted) is no whole number.") }
            quarantineLimit = limit
        }
    }

    fileprivate func checked(for user: UserID, name: String) throws(Problem) -> ImportRequest {
        do throws(ImportOptionError) {
            return try request(for: user, name: name)
        } catch {
            throw .field(error.option, .invalidValue, "\(error.description).")
        }
    }
}

extension Request {
    /// A part of the path that is an import's id; what is none is nobody's.
    fileprivate func importID(at place: Int) throws(Problem) -> ImportID {
        let parts = uri.path.split(separator: "/")
        guard place < parts.count, let id = ImportID(String(parts[place])) else { throw .importNotFound }
        return id
    }

    /// What was asked for is all of the query, and the body's length where it is said: the same key with another one is a slip.
    fileprivate func idempotencyKey() throws(Problem) -> IdempotencyKey? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...200).contains(key.utf8.count) else {
            throw .field("Idempotency-Key", .invalidValue, "An Idempotency-Key has 1 to 200 characters.")
        }
        let length = headers[.contentLength].map { " of \($0) bytes" } ?? ""
        return IdempotencyKey(key: key, request: (uri.query ?? "") + length)
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    fileprivate static let idempotentReplayed = HTTPField.Name("Idempotency-Replayed")!
}

extension Problem {
    fileprivate static let importNotFound = Problem(status: .notFound, code: .importNotFound, detail: "This user has no such import.")

    fileprivate static func tooLarge(_ limit: Int) -> Problem {
        Problem(
            status: .contentTooLarge,
            code: .tooLarge,
            detail: "An import may have \(limit) bytes, unpacked: send it in parts.",
            headers: [.connection: "close"]
        )
    }

    fileprivate init(_ refusal: ImportRefusal) {
        self.init(
            status: refusal.kind == .doubles ? .conflict : .unprocessableContent,
            code: refusal.kind == .doubles ? .doubledPoints : .importRefused,
            detail: refusal.description
        )
        if !refusal.tables.isEmpty { more = [.init("tables", .array(refusal.tables))] }
    }

    fileprivate init(_ error: UndoError) {
        switch error {
        case .noImport: self = .importNotFound
        case .running: self.init(status: .conflict, code: .importUnderWay, detail: "\(error).", headers: [.retryAfter: "5"])
        case .undone: self.init(status: .conflict, code: .undone, detail: "\(error).")
        }
    }
}
