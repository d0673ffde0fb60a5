// How the commands speak: answers on standard output, everything else on standard error, sysexits as exit codes.
import App
import ArgumentParser
import Connectors
import Domain
import Ingest
import LocalStack
import Postgres
import Storage
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum Terminal {
    /// A line of the answer.
    static func say(_ line: String) {
        write(line + "\n", to: .standardOutput)
    }

    /// A part of a long answer, as it is.
    /// - Throws: `Failure` 74 when it can't be written: what is behind it would be missing.
    static func print(_ text: String) throws(Failure) {
        do {
            try FileDescriptor.standardOutput.writeAll(text.utf8)
        } catch {
            throw Failure(.inputOutput, "standard output can't be written: \(error)")
        }
    }

    /// A line for whoever watches: progress, warnings, errors.
    static func note(_ line: String) {
        write(line + "\n", to: .standardError)
    }

    /// Writes over the same line again and again.
    static func overwrite(_ line: String) {
        write("\r\u{1B}[K" + line, to: .standardError)
    }

    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

    static func json(_ value: JSON) {
        say(String(decoding: value.encoded(.pretty), as: UTF8.self))
    }

    /// Runs the command that the arguments name, and ends the process with its exit code.
    static func exit(of command: any AsyncParsableCommand.Type) async {
        do {
            var parsed = try command.parseAsRoot()
            if var parsed = parsed as? any AsyncParsableCommand { try await parsed.run() } else { try parsed.run() }
        } catch let failure as Failure {
            end(failure)
        } catch let error as StorageError {
            end(Failure(error))
        } catch let error as MigrationError {
            end(Failure(error))
        } catch let error as PostgresError {
            end(Failure(StorageError(error)))
        } catch
            where error is FileError || error is EntryFileError || error is OtherHistory || error is FutureEntry
        {
            end(Failure(.badData, "\(error)"))
        } catch let error as ImportInterrupted {
            end(Failure(.tryAgain, error.description))
        } catch  where error is NameError || error is RangeError {
            end(Failure(.usage, "\(error)"))
        } catch let error as LocalStackError {
            end(Failure(.unavailable, error.description))
        } catch {
            command.exit(withError: error)
        }
    }

    private static func end(_ failure: Failure) -> Never {
        note(failure.description)
        LivingLytics.exit(withError: ExitCode(failure.status.rawValue))
    }

    private static func write(_ text: String, to descriptor: FileDescriptor) {
        do {
            try descriptor.writeAll(text.utf8)
        } catch {
            // A reader that has gone away (`| head`) wants no more, and there is nobody left to tell.
        }
    }
}
