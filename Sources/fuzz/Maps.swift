// A map file in YAML, and messages read with it: they stand behind a zero byte.
import Connectors

enum Maps {
    static func run(_ input: Input) {
        let end = input.body.firstIndex(of: 0) ?? input.body.count
        let map: StreamMap
        do throws(StreamMapError) {
            map = try StreamMap(reading: String(decoding: input.body[..<end], as: UTF8.self))
        } catch {
            require(!error.description.isEmpty, "a map is refused without a word")
            return
        }
        let messages = Array(input.body[end...].dropFirst())
        let whole = Streams.read([messages], map, TableOptions(), true)
        requireSame(whole, Streams.read(input.pieces(of: messages), map, TableOptions(), true), "a stream with a map")
    }
}
