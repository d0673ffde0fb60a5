-- For wrk: BENCH_ASKED is asked for, or BENCH_POSTED posted to it, with the credentials of BENCH_CREDENTIALS in turn: a file with a
-- credential on each line, of headers with tabs between them. BENCH_SUMMARY is load.lua, which prints the line of JSON at the end.

dofile(os.getenv("BENCH_SUMMARY"))

local path, body = os.getenv("BENCH_ASKED"), os.getenv("BENCH_POSTED")
local requests, last = {}, 0

-- Made once, so that making them costs nothing under load.
function init()
    for line in io.lines(os.getenv("BENCH_CREDENTIALS")) do
        local headers = { ["Content-Type"] = "application/json" }
        for name, value in line:gmatch("([%w-]+): ([^\t]+)") do
            headers[name] = value
        end
        requests[#requests + 1] = body == "" and wrk.format("GET", path, headers) or wrk.format("POST", path, headers, body)
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end
