// An account of a source, whoever's it is.

/// Where a point comes from. `ref` is empty where the source has one account only.
package struct SourceAccount: Sendable, Hashable {
    package let source: SourceName
    package let ref: AccountRef

    package init(source: SourceName, ref: AccountRef) {
        (self.source, self.ref) = (source, ref)
    }
}

extension SourceAccount: CustomStringConvertible {
    /// `"ga4"`, or `"ga4" "property 1"`.
    package var description: String { ref.text.isEmpty ? source.text.quoted : "\(source.text.quoted) \(ref.text.quoted)" }
}
