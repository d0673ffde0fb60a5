// swift-tools-version: 6.2
// Living Lytics: one executable and the targets it is made of. docs/architecture.md draws the arrows between them.
import PackageDescription

let package = Package(
    name: "livinglytics",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "livinglytics", targets: ["livinglytics"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(
            name: "CLibPQ",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
        ),
        // libpq links to it already; we only look at certificates with it.
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "libssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .executableTarget(name: "embed"),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed"]),

        .target(name: "Postgres", dependencies: ["CLibPQ", "COpenSSL"], swiftSettings: [.strictMemorySafety()]),
        .target(name: "Domain"),

        .target(name: "Storage", dependencies: ["Postgres", "Domain"], plugins: ["EmbedFiles"]),
        .target(name: "Reporting", dependencies: ["Storage", "Postgres", "Domain"]),
        .target(
            name: "Connectors",
            dependencies: [
                "CZlib", "Domain",
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(
            name: "Identity",
            dependencies: [
                "CZlib", "Domain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .target(name: "Ingest", dependencies: ["Storage", "Connectors", "Domain"]),

        .target(
            name: "Web",
            dependencies: [
                "Ingest", "Reporting", "Storage", "Identity", "Domain",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            exclude: ["Resources"],
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "LocalStack",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .target(
            name: "App",
            dependencies: [
                "Web", "LocalStack", "Ingest", "Reporting", "Storage", "Identity", "Connectors", "Postgres", "Domain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Resources"],
            plugins: ["EmbedFiles"]
        ),
        .executableTarget(
            name: "livinglytics",
            dependencies: [
                "App", "LocalStack", "Ingest", "Reporting", "Identity", "Connectors", "Storage", "Postgres", "Domain",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),

        .target(
            name: "TestSupport",
            dependencies: [
                "LocalStack", "Storage", "Postgres",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
        .executableTarget(
            name: "soak",
            dependencies: [
                "TestSupport", "LocalStack", "Postgres",
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["TestSupport", "LocalStack", "Postgres", .product(name: "Subprocess", package: "swift-subprocess")]
        ),
        .testTarget(name: "StorageTests", dependencies: ["TestSupport", "LocalStack", "Reporting", "Storage", "Postgres", "Domain"]),
        .testTarget(name: "ReportingTests", dependencies: ["TestSupport", "Reporting", "Storage", "Postgres", "Domain"]),
        .testTarget(
            name: "IdentityTests",
            dependencies: [
                "Identity", "Domain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Identity", "Storage",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ]
        ),
        .testTarget(name: "AppTests", dependencies: ["TestSupport", "App", "Storage", "Postgres", "Domain"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "livinglytics", "TestSupport", "LocalStack", "Storage", "Postgres", "Domain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .testTarget(
            name: "IngestTests",
            dependencies: ["TestSupport", "Ingest", "Connectors", "Reporting", "Storage", "Postgres", "Domain"]
        ),
        .testTarget(name: "ConnectorsTests", dependencies: ["Connectors", "Domain", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "LocalStackTests",
            dependencies: [
                "LocalStack",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
    ]
)

// The client's tests alone, for Thread Sanitizer: a build of minutes in place of a quarter of an hour (`make tsan`).
if Context.environment["CLIENT_ONLY"] != nil {
    let kept = [
        "CLibPQ", "COpenSSL", "embed", "EmbedFiles", "Postgres", "Domain", "Storage", "LocalStack", "TestSupport", "PostgresTests",
    ]
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
    for target in package.targets where target.name == "Postgres" { target.swiftSettings?.append(.define("SANITIZED")) }
}

// The readers alone, for libFuzzer, which only `scripts/fuzz` builds.
if Context.environment["FUZZ"] != nil {
    let kept = ["CZlib", "Domain", "Connectors"]
    package.targets.removeAll { !kept.contains($0.name) }
    package.targets.append(.executableTarget(name: "fuzz", dependencies: ["CZlib", "Domain", "Connectors"]))
    package.products = []
}

// One list of settings for all.
for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
            .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
        ]
}
