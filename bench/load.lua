-- For wrk: with BENCH_KEY alone the tiles of 200 users in turn; with BENCH_PATH that path, to which BENCH_BODY is posted if there is one;
-- with none the address as given. Prints one line of JSON at the end.

local key = os.getenv("BENCH_KEY")
local path, body = os.getenv("BENCH_PATH") or "", os.getenv("BENCH_BODY") or ""

if path ~= "" then
    local headers = { ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json" }
    local asked = nil

    function init()
        asked = body == "" and wrk.format("GET", path, headers) or wrk.format("POST", path, headers, body)
    end

    function request()
        return asked
    end
elseif key then
    local requests, last = {}, 0

    -- Made once, so that making them costs nothing under load.
    function init()
        for user = 1, 200 do
            local path = "/v1/dashboard/tiles?email=u" .. user .. "@x.test"
            requests[user] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. key })
        end
    end

    function request()
        last = last % #requests + 1
        return requests[last]
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, '
            .. '"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
