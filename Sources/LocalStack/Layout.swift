// What lies where in a stack's directory.

struct Layout: Sendable, Hashable {
    let directory: String

    /// Held by the process that runs the stack; contains its id.
    var lock: String { "\(directory)/lock" }
    /// The password of `postgres`, made once.
    var ownerPassword: String { "\(directory)/password" }
    /// The password of `supabase_admin`, made once.
    var superuserPassword: String { "\(directory)/superuser-password" }
    /// The password of `pgbouncer`, made once.
    var poolerPassword: String { "\(directory)/pooler-password" }

    var tls: String { "\(directory)/tls" }
    var caCertificate: String { "\(tls)/ca.crt" }
    var serverCertificate: String { "\(tls)/server.crt" }
    var serverKey: String { "\(tls)/server.key" }

    /// PostgreSQL's data directory.
    var data: String { "\(directory)/data" }
    /// Written last when a cluster is made. It is a part of the cluster, so that neither is ever there without the other.
    var complete: String { "\(data)/livinglytics-complete" }

    var poolerSettings: String { "\(directory)/pgbouncer.ini" }
    var poolerUsers: String { "\(directory)/userlist.txt" }

    func log(_ part: LocalStack.Part) -> String {
        part == .server ? "\(directory)/postgres.log" : "\(directory)/pgbouncer.log"
    }

    /// Process ids as our supervisors note them.
    func processIDFile(_ part: LocalStack.Part) -> String {
        part == .server ? "\(directory)/postgres.pid" : "\(directory)/pgbouncer.pid"
    }

    /// PostgreSQL's own note; the first line is its process id.
    var postmasterFile: String { "\(data)/postmaster.pid" }

    /// What the command line of a part's process has in it and that of nobody else's.
    func mark(_ part: LocalStack.Part) -> String {
        part == .server ? data : poolerSettings
    }

    func lastLogLines(_ part: LocalStack.Part, without secrets: [String]) -> [String] {
        do {
            return Text.lastLines(of: try Files.read(log(part), last: 8192) ?? "", without: secrets)
        } catch {
            return ["\(error)"]
        }
    }
}
