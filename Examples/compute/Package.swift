// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "compute-example",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "winnow", path: "../..")],
    targets: [
        .executableTarget(name: "spirals", dependencies: [.product(name: "Compute", package: "winnow")])
    ]
)
