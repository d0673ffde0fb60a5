// What is read from a refusal at start-up, where libpq has nothing but words.
import Testing

@testable import Postgres

@Suite struct ServerMessageTests {
    @Test(
        arguments: [
            (
                "connection to server at \"127.0.0.1\", port 6543 failed: FATAL:  28P01: password authentication failed for user \"postgres\"\n"
                    + "LOCATION:  auth_failed, auth.c:332\n",
                "28P01", "password authentication failed for user \"postgres\""
            ),
            (
                "connection to server at \"::1\", port 6543 failed: Connection refused\n\tIs the server running on that host?\n"
                    + "connection to server at \"127.0.0.1\", port 6543 failed: FATAL:  53300: sorry, too many clients already\n",
                "53300", "sorry, too many clients already"
            ),
            ("connection to server failed: ERROR:  XX000: Tenant or user not found", "XX000", "Tenant or user not found"),
            ("FATAL:  no more connections allowed", nil, "no more connections allowed"),
            ("FATAL:  ABCDE is no code", nil, "ABCDE is no code"),
        ] as [(String, String?, String)]
    )
    func readsTheRefusal(_ words: String, _ sqlState: String?, _ message: String) throws {
        let read = try #require(ServerMessage(startupWords: words))
        #expect(read.sqlState == sqlState)
        #expect(read.message == message)
    }

    @Test func wordsOfLibpqAloneAreNoRefusal() {
        #expect(ServerMessage(startupWords: "connection to server at \"h\", port 1 failed: Connection refused") == nil)
    }
}
