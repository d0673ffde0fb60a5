// Imports: a file or a tap's stream as the body of a request, the list of them, and one taken back.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Ingest
import NIOCore
import Reporting
package import Storage

/// What the routes of imports need.
package struct ImportDesk: Sendable {
    let importer: Importer
    let imports: Imports
    let list: ImportList
    /// Bytes of one import, unpacked.
    let limit: Int

    package init(_ database: Database, limit: Int) {
        (importer, imports, list, self.limit) = (Importer(database), Imports(database), ImportList(database), limit)
    }
}

enum ImportRoutes {
    static func routes(users: Users, desk: ImportDesk) -> [Route] {
        [
            .post("/v1/imports", .serviceKey) { request in
                var query = try Query(request)
                let email = try query.email("user")
                let name = query.text("name") ?? "request"
                let options = try ImportOptions(&query)
                let id = try query.importID("id")
                try query.end()
                try desk.requireSize(request)
                let user = try await users.named(email)
                return try await desk.take(request, try options.checked(for: user.id, name: name), id)
            },
            .get("/v1/imports", .serviceKey) { request in
                var query = try Query(request)
                let email = try query.email("user")
                let (cursor, limit) = (try query.cursor { Cursor(ofImports: $0) }, try query.limit(upTo: ImportList.longestPage))
                try query.end()
                let user = try await users.named(email)
                return .json(try await desk.list.page(of: user.id, after: cursor, limit: limit).json("imports", \.json))
            },
            .get("/v1/imports/{id}", .serviceKey) { request in
                var query = try Query(request)
                let email = try query.email("user")
                try query.end()
                let user = try await users.named(email)
                guard let row = try await desk.list.find(try request.importID(at: 2), of: user.id) else { throw Problem.importNotFound }
                return .json(row.json)
            },
            .post("/v1/imports/{id}/undo", .serviceKey) { request in
                var query = try Query(request)
                let email = try query.email("user")
                try query.end()
                let user = try await users.named(email)
                let key = ImportKey(user: user.id, id: try request.importID(at: 2))
                do {
                    return .json(try await desk.imports.undo(key).json, status: .created)
                } catch let error as UndoError {
                    throw Problem(error)
                }
            },
        ]
    }
}

extension ImportDesk {
    /// Before any of it is read.
    fileprivate func requireSize(_ request: Request) throws(Problem) {
        guard let text = request.headers[.contentLength], let length = Int(text), length > limit else { return }
        throw .tooLarge(limit)
    }

    fileprivate func take(_ request: Request, _ wanted: ImportRequest, _ id: ImportID?) async throws -> Response {
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
