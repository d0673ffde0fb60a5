// The shell script that stands between this process and a server, so that no server outlives it.

/// How a server is started and stopped.
struct ServerCommand: Sendable {
    let part: LocalStack.Part
    let program: String
    let arguments: [String]
    /// Asks the server to stop cleanly.
    let politeSignal: String
    /// Sent when it has not stopped after `patience`; SIGKILL comes after as long again.
    let firmSignal: String
    let patience: Duration
}

enum Supervisor {
    /// Arguments for `sh`: the script, where the server's output and process id go, the signals, and the server's command line.
    static func arguments(for command: ServerCommand, in layout: Layout) -> [String] {
        let settings = [
            layout.log(command.part), layout.processIDFile(command.part), command.politeSignal, command.firmSignal,
            String(command.patience.components.seconds * 10),
        ]
        return ["-c", script, "supervisor"] + settings + [command.program] + command.arguments
    }

    /// Standard input is a pipe that only the process which started us can write to. It never does: when the pipe closes, by
    /// intention or because that process died, the watcher stops the server. The watcher is a process of its own, so that it
    /// does so even when this script is killed. Standard output gets the server's process id, and closes when the server is gone.
    static let script = """
        cd / && umask 077
        log=$1 note=$2 polite=$3 firm=$4 tenths=$5
        shift 5
        # macOS allows 256 files, fewer than the pooler has clients.
        [ "$(ulimit -n)" -ge 4096 ] 2>/dev/null || ulimit -n 4096 2>/dev/null
        exec 3<&0 </dev/null
        "$@" >>"$log" 2>&1 3<&- &
        server=$!
        echo "$server" >"$note"
        (
            while read -r _ <&3; do :; done
            kill -s "$polite" "$server"
            for next in "$firm" KILL; do
                waited=0
                while [ "$waited" -lt "$tenths" ]; do
                    kill -0 "$server" || exit 0
                    sleep 0.1
                    waited=$((waited + 1))
                done
                kill -s "$next" "$server"
            done
        ) >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        echo "$server"
        wait "$server"
        status=$?
        kill "$watcher" 2>/dev/null
        rm -f "$note"
        exit "$status"
        """
}
