// What Supabase Auth says of itself, from a server in its place.
//
// Its answer has the members that two clients written elsewhere read: gotrue-csharp (class Settings) and the Elixir package
// supabase_auth (ServerSettings).
import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(10))) struct SupabaseAuthTests {
    private static func settings(_ autoconfirm: String) -> String {
        """
        {"external":{"anonymous_users":false,"email":true,"phone":false},"disable_signup":false,"mailer_autoconfirm":\(autoconfirm),\
        "phone_autoconfirm":false,"sms_provider":"twilio","saml_enabled":false}
        """
    }

    /// Asks a server that answers so, and only to the right path and key.
    private func ask(_ status: HTTPResponse.Status, _ body: String, slash: String = "") async throws -> EmailConfirmation {
        let router = Router()
        router.get("/auth/v1/settings") { request, _ in
            guard request.headers[HTTPField.Name("apikey")!] == "the anon key" else { return Response(status: .unauthorized) }
            return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: body)))
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.first { _ in true })
            let auth = SupabaseAuth(url: "http://127.0.0.1:\(port)\(slash)", anonKey: "the anon key", client: .shared)
            let answer = await auth.emailConfirmation()
            group.cancelAll()
            return answer
        }
    }

    @Test func itTellsWhetherAddressesAreConfirmed() async throws {
        #expect(try await ask(.ok, Self.settings("false")) == .required)
        #expect(try await ask(.ok, Self.settings("true")) == .off)
        #expect(try await ask(.ok, Self.settings("true"), slash: "/") == .off)
    }

    @Test func whatItDoesNotTellIsUnknown() async throws {
        #expect(try await ask(.internalServerError, "") == .unknown("it answered 500"))
        #expect(try await ask(.ok, "{}") == .unknown("its answer has no mailer_autoconfirm"))
        #expect(try await ask(.ok, "") == .unknown("its answer has no mailer_autoconfirm"))
        #expect(try await ask(.ok, "<html>") == .unknown("it answered 200, and no JSON"))
        #expect(
            try await ask(.unauthorized, "{}") == .unknown("it answered 401: SUPABASE_ANON_KEY is not a key of the project in SUPABASE_URL")
        )
        let nobody = SupabaseAuth(url: "http://127.0.0.1:9", anonKey: "", client: .shared)
        #expect(await nobody.emailConfirmation() == .unknown("it can't be reached"))
    }
}
