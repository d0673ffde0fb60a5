// Inputs made by libFuzzer for all that reads what others wrote. `scripts/fuzz` builds and runs it; no other build has it.

/// Called with each input; libFuzzer keeps those that reach code which none before them reached. What traps, it writes to a file.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = Input(UnsafeBufferPointer(start: start, count: count)) else { return 0 }
    switch input.kind {
    case .tables: Tables.run(input)
    case .stream: Streams.run(input)
    case .packed: Packed.run(input)
    case .map: Maps.run(input)
    case .lines: Lines.run(input)
    }
    return 0
}
