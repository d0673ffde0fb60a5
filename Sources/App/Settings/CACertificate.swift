// DATABASE_CA_CERT: a file, or the PEM text itself where a host has no files to offer.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The certificates to trust.
enum CACertificate: Equatable {
    case file(String)
    case text(String)

    init?(_ setting: String) {
        if setting.contains("-----BEGIN CERTIFICATE-----") {
            // A setting of one line often has \n in place of line breaks.
            self = .text(setting.replacing("\\n", with: "\n"))
        } else if FileManager.default.isReadableFile(atPath: setting) {
            self = .file(setting)
        } else {
            return nil
        }
    }

    /// libpq takes files only. A text is written into one of its own, with a name that nobody can foresee.
    func path() throws -> String {
        switch self {
        case .file(let path): return path
        case .text(let text):
            let url = FileManager.default.temporaryDirectory.appending(path: "livinglytics-ca-\(UUID().uuidString).pem")
            try Data(text.utf8).write(to: url, options: .withoutOverwriting)
            return url.path
        }
    }
}
