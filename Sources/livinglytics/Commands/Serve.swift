// `livinglytics serve`
import App
import ArgumentParser
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves the API. Never migrates.")

    @Option(help: "The address to listen on.") var host = "0.0.0.0"
    @Option(help: "The port to listen on; 0 lets the system choose. PORT, or 8080, if left out.") var port: UInt16?

    func run() async throws {
        let settings = try Settings.ofThisProcess()
        try settings.require(.serving)
        let logger = Logger(label: "livinglytics")
        let port = port.map(Int.init) ?? settings[.port].flatMap { Int($0) } ?? 8080
        let server = try build(settings, address: .init(host: host, port: port), version: Version.current, logger: logger) { [host] port in
            logger.info("serving on http://\(host):\(port)")
        }
        try await server.run()
    }
}
