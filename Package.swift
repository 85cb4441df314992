// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target and, beside it, its tests. Dependencies point downwards only: `Docs/architecture.md` draws them.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = [],
    excluding: [String] = [], excludingFromTests excluded: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, exclude: excluding, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.target(name: name), "TestSupport"] + dependencies + tests,
            exclude: excluded,
            swiftSettings: strict),
    ]
}

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let systemLibraries: [Target] = [
    .systemLibrary(name: "CZMQ"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CDNNL"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CSPNG", providers: [.apt(["libspng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CWebP", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(name: "CPosix"),
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CArchive"),
]

/// What PyTorch computed, and the scripts that made it: the tests read the files where they lie.
let goldens = [
    "make_goldens.py", "make_metrics.py", "make_averages.py", "metrics.json", "averages.json", "check_checkpoints.py",
    "pytorch", "layers.h5", "losses.h5", "optimizers.h5",
    "regularization.h5", "schedules.h5", "training.h5",
]

/// The loader chooses kernels before a sanitizer's runtime is there, which what is instrumented would call.
let kernelSettings: [CSetting] =
    Context.environment["WINNOW_TEST_TARGETS"] == nil ? [] : [.unsafeFlags(["-fno-sanitize=all"])]

/// Readers of bytes that others wrote, as fuzzers feed them. The fuzzer itself links with `--sanitize fuzzer` alone, which
/// `scripts/fuzz` says.
let fuzzing: [Target] =
    [
        .target(
            name: "FuzzedReaders",
            dependencies: ["Schema", "Studies", "StudyStore", "Experiments", "Architecture", "Datasets"],
            path: "Fuzzing/FuzzedReaders", swiftSettings: strict),
        .testTarget(
            name: "FuzzedReadersTests", dependencies: ["FuzzedReaders", "TestSupport"], swiftSettings: strict),
    ]
    + (Context.environment["WINNOW_FUZZING"] == nil
        ? []
        : [
            .executableTarget(
                name: "winnow-fuzz", dependencies: ["FuzzedReaders"], path: "Fuzzing/winnow-fuzz",
                swiftSettings: strict)
        ])

let package = Package(
    name: "winnow",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "winnow", targets: ["winnow"]),
        .library(name: "Compute", targets: ["Compute", "Architecture"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: systemLibraries
        + [.target(name: "CKernels", cSettings: kernelSettings), .target(name: "CSupervisor")]
        + module("HDF5", ["CHDF5"])
        + module("Messaging", ["CZMQ", "CPosix"])
        + module("Random")
        + module("TensorBoard", ["Files", "Hashing", protobuf], excluding: ["event.proto"])
        + module("Hashing", ["CCrypto"])
        + module("Files", ["CPosix"])
        + module("Architecture")
        + module(
            "Compute", ["CDNNL", "CKernels", "Architecture", "Random"], tests: ["HDF5"],
            excludingFromTests: goldens.map { "Goldens/\($0)" })
        + module("Downloads", ["CCurl", "CArchive", "Files", "Hashing"])
        + module(
            "Datasets", ["CZlib", "CSPNG", "CTurboJPEG", "CWebP", "CArchive", "CPosix", "HDF5", "Random", "Hashing"],
            excludingFromTests: ["Cases"])
        + module("Experiments", ["Architecture", yams])
        + module(
            "Studies", ["Experiments"], excludingFromTests: ["Goldens/confusion.json", "Goldens/make_confusion.py"])
        + module(
            "Schema", ["Studies", "Experiments", protobuf],
            excluding: ["messages.proto", "records.proto", "snapshot.proto"])
        + module(
            "Search", ["Studies", "Experiments", "Random"],
            excludingFromTests: [
                "comparisons.json", "make_comparisons.py", "sobol.json", "make_sobol.py", "parzen.json",
                "make_parzen.py", "sequential.json", "make_sequential.py",
            ].map { "Goldens/\($0)" })
        + module("Processes", ["CSupervisor", "CPosix", "Studies"])
        + module("StudyStore", ["HDF5", "Schema", "Studies", "Experiments", "Files", "Hashing"])
        + module(
            "Prediction", ["Compute", "Datasets", "Experiments", "Architecture", "StudyStore", "HDF5", "Files"],
            tests: [])
        + module("Charts", ["StudyStore", "Search", "Studies", "Experiments"])
        + module(
            "Coordinator",
            [
                "Search", "Schema", "Studies", "Messaging", "StudyStore", "Experiments", "Files", "Hashing",
                "Processes", "CPosix",
            ],
            tests: ["Worker"])
        + module("Console", ["Coordinator", "Schema", "Studies", "StudyStore", "Experiments", logging])
        + module(
            "Worker",
            [
                "Schema", "Studies", "Messaging", "StudyStore", "Compute", "Datasets", "Experiments", "Architecture",
                "Prediction", "TensorBoard", "Files", "Hashing", "Processes", "Random", "CArchive",
            ])
        + module(
            "Export",
            ["Prediction", "TensorBoard", "StudyStore", "Studies", "Experiments", "Architecture", "Files", protobuf],
            tests: ["Compute", "Datasets"], excluding: ["Models/onnx.proto"])
        + fuzzing
        + [
            .executableTarget(
                name: "winnow",
                dependencies: [
                    "Coordinator", "Worker", "Console", "Compute", "Search", "StudyStore", "Charts", "Datasets",
                    "Downloads", "Prediction", "Export", "Files",
                    "Experiments",
                    "Architecture",
                    "Messaging", "Processes", "Schema", "Studies", "CPosix", arguments, logging,
                ],
                swiftSettings: strict),
            // Measures the coordinator from outside; beside the package of the other benchmarks, since it speaks the
            // protocol with the package's own words.
            .executableTarget(
                name: "winnow-load", dependencies: ["Schema", "Studies", "Messaging", "Experiments", arguments],
                path: "Benchmarks/Load", swiftSettings: strict),
            .executableTarget(
                name: "winnow-store-bench",
                dependencies: ["Schema", "Studies", "StudyStore", "Experiments", arguments],
                path: "Benchmarks/Store",
                swiftSettings: strict),
            .executableTarget(
                name: "winnow-search-bench", dependencies: ["Search", "Studies", "Experiments", "Random", arguments],
                path: "Benchmarks/Search", swiftSettings: strict),
            .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
            // Compiles the kernels and their checks itself, with sanitizers, and looks at what was built of them.
            .testTarget(
                name: "CKernelsTests", dependencies: ["winnow", "TestSupport"], exclude: ["Checks"],
                swiftSettings: strict),
            .testTarget(
                name: "EndToEndTests",
                dependencies: [
                    "winnow", "TestSupport", "StudyStore", "Experiments", "Datasets", "Messaging", "Schema", "Studies",
                    "Coordinator",
                    logging,
                ],
                exclude: ["Faults/disk_shim.c", "Harness/slow_motion.c", "Goldens"],
                swiftSettings: strict),
        ]
)

// `scripts/sanitize` compiles everything anew, and only the tests that it runs.
if let chosen = Context.environment["WINNOW_TEST_TARGETS"]?.split(separator: " ").map(String.init) {
    package.targets.removeAll { $0.type == .test && !chosen.contains($0.name) }
}
