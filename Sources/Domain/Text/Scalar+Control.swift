// Characters that no name and no label may hold.

extension Unicode.Scalar {
    /// Of the category Cc, which will never have more members.
    package var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
