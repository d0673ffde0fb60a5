// The last words of `make run` before it serves: where to go, with what key, and three lines to paste.
import LocalStack
import Storage

struct DevWelcome {
    let port: Int
    let key: String
    /// A code that signs in once, within five minutes, from this machine.
    let code: String
    let stack: LocalStack
    let restatement: Restatement?

    private var base: String { "http://127.0.0.1:\(port)" }

    var text: String {
        """

        Living Lytics is running:  \(base)
        Service key:               \(key)

        Try it, in another terminal:

          curl -s \(base)/v1/health/readiness
          curl -s -X POST -H "Authorization: Bearer \(key)" "\(base)/v1/dev/seed-user?email=you@example.com"
          curl -s -H "Authorization: Bearer \(key)" "\(base)/v1/dashboard/tiles?email=\(Demo.email)"

        Signed in as \(Demo.email) (once, within five minutes): \(base)/docs#code=\(code)

        Ctrl-C stops all of it; the data stays in \(stack.directory).
        \(pointer)
        """
    }

    /// The restated day and how to see both of its entries.
    private var pointer: String {
        guard let restatement else { return "The demo's restated day was removed." }
        let database = stack.url(scheme: "postgresql")
        let question = """
            select created_at, metric_value, presence, meta from metrics where metric_date = '\(restatement.day)' \
            and metric_name = '\(restatement.metric)' order by created_at
            """
        return """
            On \(restatement.day) the \(restatement.metric) were \(restatement.before) and then restated to \(restatement.after); both entries are kept: \
            psql "\(database)" -c "\(question)"
            """
    }
}
