// What can happen to a pool, and what it then does.

extension PoolState {
    /// Somebody wants a connection.
    mutating func ask(_ waiter: WaiterID, shares: Bool, until deadline: Instant, now: Instant) -> [Action] {
        if isClosed { return [.fail(waiter, .closed)] }
        if let refusal = standingRefusal(now) { return [.fail(waiter, refusal)] }
        waiters.append(Waiter(id: waiter, shares: shares, deadline: deadline))
        return serve(now)
    }

    /// The waiter has gone. False when it was served meanwhile.
    mutating func withdraw(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func connected(_ connection: ConnectionID, now: Instant) -> [Action] {
        connecting.remove(connection)
        if isClosed { return [.close(connection)] }
        (lastFailure, lockout, isProven) = (nil, nil, true)
        backoff.reset()
        expiries[connection] = now + limits.lifetime * Double.random(in: 0.9...1, using: &random)
        return keep(connection, now)
    }

    /// An attempt failed. What can pass is tried again, later and later, while somebody waits. What can't is told to all who wait, unless
    /// there are connections that they can wait for. After a wrong password nothing is tried again at all: poolers block an address
    /// that does.
    mutating func failedToConnect(_ connection: ConnectionID, _ error: PostgresError, now: Instant) -> [Action] {
        connecting.remove(connection)
        if isClosed { return [] }
        lastFailure = error
        if error.isAboutCredentials { lockout = error }
        backoff.failed(answered: error.isAnswer, now: now, random: &random)
        return tellRefusal(now) + serve(now)
    }

    mutating func released(_ connection: ConnectionID, isSound: Bool, now: Instant) -> [Action] {
        leased.remove(connection)
        return isSound && !isClosed ? keep(connection, now) : discard(connection) + tellRefusal(now) + serve(now)
    }

    /// One that is dead makes all suspect that nobody has heard of since: they are closed unasked, for each question may take its time.
    mutating func pinged(_ connection: ConnectionID, isAlive: Bool, now: Instant) -> [Action] {
        testing.remove(connection)
        if isAlive, !isClosed { return keep(connection, now) }
        let unheard = now - limits.trustIdle
        return discard(connection) + discardIdle { $0.since <= unheard } + tellRefusal(now) + serve(now)
    }

    /// Time has passed.
    mutating func tick(now: Instant) -> [Action] {
        let late = waiters.filter { $0.deadline <= now }
        waiters.removeAll { $0.deadline <= now }
        let error = PostgresError.noConnection(after: limits.acquire, because: lastFailure?.description)
        return late.map { .fail($0.id, error) } + discardIdle { $0.expiry <= now } + tellRefusal(now) + serve(now)
    }

    /// The end: connections that are out, being made or asked are closed when they come back.
    mutating func close() -> [Action] {
        isClosed = true
        defer { waiters = [] }
        return waiters.map { .fail($0.id, .closed) } + discardIdle { _ in true }
    }
}

extension PoolState {
    private mutating func keep(_ connection: ConnectionID, _ now: Instant) -> [Action] {
        guard let expiry = expiries[connection], now < expiry else {
            return discard(connection) + tellRefusal(now) + serve(now)
        }
        idle.append(Idle(id: connection, since: now, expiry: expiry))
        return serve(now)
    }

    private mutating func discard(_ connection: ConnectionID) -> [Action] {
        expiries[connection] = nil
        return [.close(connection)]
    }

    private mutating func discardIdle(where isOver: (Idle) -> Bool) -> [Action] {
        let over = idle.filter(isOver)
        idle.removeAll(where: isOver)
        return over.flatMap { discard($0.id) }
    }

    /// Lends what is free, asks what was idle for long, and makes what is missing.
    private mutating func serve(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        while !waiters.isEmpty, let freshest = idle.last {
            if freshest.expiry <= now {
                actions += discard(freshest.id)
            } else if now < freshest.since + limits.trustIdle {
                leased.insert(freshest.id)
                actions.append(.lend(freshest.id, to: board()))
            } else if testing.count < waiters.count {
                testing.insert(freshest.id)
                actions.append(.ping(freshest.id))
            } else {
                break
            }
            idle.removeLast()
        }
        while wantsConnection, backoff.allows(now) {
            let connection = makeID()
            connecting.insert(connection)
            actions.append(.connect(connection))
        }
        return actions
    }

    /// Takes the first who waits, and with one that shares all others that do.
    private mutating func board() -> [WaiterID] {
        let first = waiters.removeFirst()
        guard first.shares else { return [first.id] }
        var left: [Waiter] = []
        var aboard = [first.id]
        for waiter in waiters {
            if waiter.shares, aboard.count < limits.share { aboard.append(waiter.id) } else { left.append(waiter) }
        }
        waiters = left
        return aboard
    }

    /// Why nobody need wait: there is no connection, and there will be none with these settings.
    private func standingRefusal(_ now: Instant) -> PostgresError? {
        guard connectionCount == 0 else { return nil }
        if let lockout { return lockout }
        guard let lastFailure, lastFailure.endsWaiting, !backoff.allows(now) else { return nil }
        return lastFailure
    }

    private mutating func tellRefusal(_ now: Instant) -> [Action] {
        guard let refusal = standingRefusal(now) else { return [] }
        defer { waiters = [] }
        return waiters.map { .fail($0.id, refusal) }
    }
}

extension PostgresError {
    /// True when waiting does not help whoever wants a connection: the answer was no.
    fileprivate var endsWaiting: Bool {
        switch self {
        case .refused(let message): [.wrongCredentials, .wrongTarget].contains(message.condition)
        case .untrusted, .unusable, .invalidURL: true
        case .unreachable, .server, .gone, .connectionLost, .deadlineExceeded, .noConnection, .cancelled, .closed, .decoding, .misuse: false
        }
    }

    fileprivate var isAboutCredentials: Bool {
        if case .refused(let message) = self { message.condition == .wrongCredentials } else { false }
    }

    /// Somebody was there, and answered.
    fileprivate var isAnswer: Bool {
        switch self {
        case .refused, .untrusted, .unusable, .invalidURL: true
        case .unreachable, .server, .gone, .connectionLost, .deadlineExceeded, .noConnection, .cancelled, .closed, .decoding, .misuse: false
        }
    }
}
