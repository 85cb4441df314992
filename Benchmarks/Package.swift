// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "winnow-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "winnow", path: "..")],
    targets: [
        .executableTarget(
            name: "winnow-bench",
            dependencies: [.product(name: "Compute", package: "winnow")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ]
)
