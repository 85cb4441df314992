import Foundation
import Glibc
import TestSupport
import Testing

extension Studies {
    /// The study's folder is taken away from under a coordinator that works in it.
    @Suite struct FolderFaultTests {
        private let study: FaultyStudy

        init() throws {
            study = try FaultyStudy()
        }

        enum Harm: CaseIterable {
            case moved, removed, emptied, journalRemoved, trialsRemoved, trialRemoved, trialReplaced
        }

        @Test(arguments: Harm.allCases)
        func aStudyWhoseFolderIsGoneStopsWithCode74(_ harm: Harm) async throws {
            let coordinator = try study.coordinator()
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/3")
            let path = study.folder.file("study")
            // What has been stored in a trial's folder makes it the study's.
            try await eventually {
                access("\(path)/trials/00000/best.h5", F_OK) == 0
            } last: {
                try FileManager.default.subpathsOfDirectory(atPath: path)
            }
            switch harm {
            case .moved: rename(path, study.folder.file("aside"))
            case .removed: try await remove([path])
            case .emptied:
                try await remove(try FileManager.default.contentsOfDirectory(atPath: path).map { "\(path)/\($0)" })
            case .journalRemoved: try await remove(["\(path)/journal"])
            case .trialsRemoved: try await remove(["\(path)/trials"])
            case .trialRemoved: try await remove(["\(path)/trials/00000"])
            case .trialReplaced:
                rename("\(path)/trials/00000", study.folder.file("aside"))
                mkdir("\(path)/trials/00000", 0o777)
            }
            study.slowMotion.end()
            let end = try await coordinator.end()
            worker.send(SIGKILL)
            #expect(end.status == 74, "\(end.errors)")
            #expect(end.errorLines.last?.contains(": is no longer the folder that this study works in") == true)
            #expect(end.errorLines.last?.hasPrefix("winnow: study") == true, "\(end.errors)")
        }

        /// `rm -rf STUDY && winnow run ANOTHER --study STUDY`, while the first still trains.
        @Test(arguments: [false, true])
        func anotherStudyInItsPlaceIsNotTouched(keepsTheFolder: Bool) async throws {
            try study.folder.write(SampleExperiment.quick, to: "quick.yaml")
            let alone = try await Winnow.run(quick("alone"), in: study.folder)
            try #require(alone.status == 0, "\(alone.errors)")
            let first = try RunningWinnow(
                ["run", "slow.yaml", "--workers", "1", "--study", "study"], in: study.folder,
                environment: study.slowMotion.environment)
            try await first.says("trial 0: epoch 1/3")
            let path = study.folder.file("study")
            try await remove(
                keepsTheFolder
                    ? FileManager.default.contentsOfDirectory(atPath: path).map { "\(path)/\($0)" } : [path])
            let second = try await Winnow.run(quick("study"), in: study.folder)
            #expect(second.status == 0, "\(second.errors)")
            let end = try await first.end()
            #expect(end.status == 74, "\(end.errors)")

            let rebuilt = try await Winnow.run("rebuild", "study", in: study.folder)
            #expect(rebuilt.status == 0 && rebuilt.errorLines.count == 1, "\(rebuilt.errors)")
            let differences = try StudyFingerprint(of: path).differences(
                from: StudyFingerprint(of: study.folder.file("alone")))
            #expect(differences == [])
        }

        /// A file stands where a trial's folder should be: the coordinator says so, waits, and goes on.
        @Test func whatTheCoordinatorCannotWriteIsToldAndWaitedFor() async throws {
            let path = study.folder.file("study/trials/00001")
            let coordinator = try study.coordinator()
            let worker = try study.worker(try await coordinator.address())
            try await coordinator.says("trial 0: epoch 1/3")
            try await remove([path])
            try Data().write(to: URL(fileURLWithPath: path))
            study.slowMotion.end()
            try await coordinator.says("study/trials/00001", "nothing is acknowledged until this passes")
            try FileManager.default.removeItem(atPath: path)
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            try await study.expectWell(worker)
            #expect(!(try coordinator.errorsSoFar.contains("refused")))
        }

        /// The coordinator could not read what another user's worker puts into its folder; not even where that may write
        /// there. All goes over the wire.
        @Test(.enabled(if: geteuid() == 0, "becoming another user needs root"))
        func anotherUsersWorkerDeliversOverTheWire() async throws {
            chmod(study.folder.path, 0o777)
            let nobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            let coordinator = try RunningWinnow(
                ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"],
                in: study.folder, program: nobody + [binaryPath("winnow")])
            let worker = try study.worker(try await coordinator.address())
            try await study.expectWhole(coordinator, lostAttempts: 0...0)
            try await study.expectWell(worker)
            #expect(!(try coordinator.errorsSoFar.contains("refused")))
            for (name, _) in try contents(of: study.folder.file("study")) {
                let attributes = try FileManager.default.attributesOfItem(atPath: study.folder.file("study/\(name)"))
                #expect(attributes[.ownerAccountID] as? Int == 65534, "\(name)")
            }
        }

        private func quick(_ study: String) -> [String] {
            ["run", "quick.yaml", "--workers", "1", "--study", study]
        }

        /// What is being written to may have new files until it is gone.
        private func remove(_ paths: [String]) async throws {
            try await eventually {
                paths.allSatisfy { path in
                    try? FileManager.default.removeItem(atPath: path)
                    return access(path, F_OK) != 0
                }
            } last: {
                paths.filter { access($0, F_OK) == 0 }
            }
        }
    }
}
