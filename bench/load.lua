-- For wrk: with BENCH_KEY the tiles of 200 users in turn, without it the address as given. Prints one line of JSON at the end.

local key = os.getenv("BENCH_KEY")

if key then
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
