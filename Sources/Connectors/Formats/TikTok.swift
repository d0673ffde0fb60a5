// TikTok's overview, of a business account and of others.
import Domain

extension FileFormat {
    static let tikTok = FileFormat(
        name: "tiktok",
        label: "TikTok",
        source: { _ in "tiktok" },
        recognises: { opening in
            let english = Set(opening.headers.map { tikTokHeaders[$0.letters] ?? $0.letters })
            return english.contains("videoviews") && !english.isDisjoint(with: ["profileviews", "reachedaudience"])
        },
        translations: tikTokHeaders
    )

    /// Swedish.
    private static let tikTokHeaders = [
        "videovisningar": "videoviews", "målgruppsomnåtts": "reachedaudience", "profilvisningar": "profileviews", "gillamarkeringar": "likes",
        "kommentarer": "comments", "delningar": "shares", "nettotillväxt": "netgrowth", "nyaföljare": "newfollowers",
        "tappadeföljare": "lostfollowers",
    ]
}
