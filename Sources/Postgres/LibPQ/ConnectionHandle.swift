// Owns one PGconn and says in Swift what libpq says in C. Nothing here waits: `Connection` does.
import CLibPQ
import COpenSSL

/// One connection of libpq, in non-blocking mode. Finished exactly once, when its owner goes away.
@safe struct ConnectionHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Begins to connect without waiting. Nil only when libpq is out of memory.
    init?(starting parameters: [(keyword: String, value: String)]) {
        // As one text: PQconnectStartParams takes an empty value for none, and then asks the environment.
        let text = parameters.map { keyword, value in "\(keyword)='\(Self.escaped(value))'" }.joined(separator: " ")
        guard let started = unsafe PQconnectStart(text) else { return nil }
        unsafe pointer = started
        // Verbose words carry the SQLSTATE, which a refused start-up shows nowhere else: there is no PGresult yet.
        unsafe PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
        // Notices would go to standard error, which belongs to the program.
        unsafe PQsetNoticeReceiver(pointer, { _, _ in }, nil)
    }

    deinit {
        unsafe PQfinish(pointer)
    }

    /// Between single quotes, a backslash goes before a quote and before a backslash. Scalar by scalar: an accent after a quote
    /// would hide it from a comparison of characters.
    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "'" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
    }

    var status: ConnStatusType { unsafe PQstatus(pointer) }
    var transactionStatus: PGTransactionStatusType { unsafe PQtransactionStatus(pointer) }
    var socket: CInt { unsafe PQsocket(pointer) }
    var errorMessage: String { unsafe String(cString: PQerrorMessage(pointer)) }
    var backendProcessID: CInt { unsafe PQbackendPID(pointer) }
    var usesTLS: Bool { unsafe PQsslInUse(pointer) == 1 }
    var serverVersion: Int { unsafe Int(PQserverVersion(pointer)) }

    func tlsAttribute(_ name: String) -> String? {
        guard let text = unsafe PQsslAttribute(pointer, name) else { return nil }
        return unsafe String(cString: text)
    }

    func continueConnecting() -> PostgresPollingStatusType { unsafe PQconnectPoll(pointer) }

    func becomeNonBlocking() -> Bool { unsafe PQsetnonblocking(pointer, 1) == 0 }

    /// Parse, Bind, Describe, Execute and Sync of one unnamed statement; parameters and answers in text.
    func send(_ text: String, parameters: [String?]) -> Bool {
        unsafe withCStrings(parameters) { values in
            unsafe PQsendQueryParams(pointer, text, CInt(parameters.count), nil, values, nil, nil, 0) == 1
        }
    }

    /// The simple protocol: several statements in one text, no parameters.
    func sendScript(_ text: String) -> Bool { unsafe PQsendQuery(pointer, text) == 1 }

    /// From here on statements only queue, and nothing is answered before `endBatch`.
    func beginBatch() -> Bool { unsafe PQenterPipelineMode(pointer) == 1 }

    /// The one Sync of a batch.
    func endBatch() -> Bool { unsafe PQpipelineSync(pointer) == 1 }

    /// Back to one statement at a time; fails while answers are outstanding.
    func leaveBatch() -> Bool { unsafe PQexitPipelineMode(pointer) == 1 }

    var isInBatch: Bool { unsafe PQpipelineStatus(pointer) != PQ_PIPELINE_OFF }

    func flush() -> Flush {
        switch unsafe PQflush(pointer) {
        case 0: .done
        case 1: .pending
        default: .failed
        }
    }

    /// Reads what has come. libpq may leave a part of a TLS record in OpenSSL, where poll(2) does not see it: so until that is empty.
    func consumeInput() -> Bool {
        repeat {
            if unsafe PQconsumeInput(pointer) != 1 { return false }
        } while hasUndrainedTLS
        return true
    }

    private var hasUndrainedTLS: Bool {
        guard let session = unsafe PQsslStruct(pointer, "OpenSSL") else { return false }
        return unsafe SSL_pending(OpaquePointer(session)) > 0
    }

    var isBusy: Bool { unsafe PQisBusy(pointer) == 1 }

    func nextResult() -> ResultHandle? {
        guard let result = unsafe PQgetResult(pointer) else { return nil }
        return unsafe ResultHandle(owning: result)
    }

    /// Offers bytes of a COPY. `.pending` means that nothing was taken: wait until the socket is writable.
    func putCopyData(_ bytes: [UInt8]) -> Flush {
        let taken = unsafe bytes.withUnsafeBytes { buffer in
            unsafe PQputCopyData(pointer, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(buffer.count))
        }
        return Flush(copyAnswer: taken)
    }

    /// Ends a COPY; with a reason it fails on the server, in those words.
    func putCopyEnd(failure: String?) -> Flush {
        Flush(copyAnswer: unsafe PQputCopyEnd(pointer, failure))
    }

    /// The certificate that the other end showed, where it did.
    var peerCertificate: PeerCertificate? {
        guard let session = unsafe PQsslStruct(pointer, "OpenSSL") else { return nil }
        return unsafe PeerCertificate(ofSession: OpaquePointer(session))
    }

    func makeCanceller() -> Canceller? {
        guard let cancel = unsafe PQgetCancel(pointer) else { return nil }
        return unsafe Canceller(owning: cancel)
    }

    enum Flush {
        case done, pending, failed

        fileprivate init(copyAnswer: CInt) {
            self = copyAnswer == 1 ? .done : copyAnswer == 0 ? .pending : .failed
        }
    }
}
