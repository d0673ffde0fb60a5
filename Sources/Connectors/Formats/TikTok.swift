// TikTok's overview, of a business account and of others.
import Domain

extension FileFormat {
    static let tikTok = FileFormat(
        name: "tiktok",
        label: "TikTok",
        source: { _ in "tiktok" },
        recognises: { opening in
            let english = opening.letters(by: tikTokHeaders)
            return english.contains("videoviews") && !english.isDisjoint(with: ["profileviews", "reachedaudience"])
        },
        translations: tikTokHeaders
    )

    /// Swedish.
    private static let tikTokHeaders = [
        "videovisningar": "Video views", "målgruppsomnåtts": "Reached audience", "profilvisningar": "Profile views",
        "gillamarkeringar": "Likes",
        "kommentarer": "Comments", "delningar": "Shares", "nettotillväxt": "Net growth", "nyaföljare": "New followers",
        "tappadeföljare": "Lost followers",
    ]
}
