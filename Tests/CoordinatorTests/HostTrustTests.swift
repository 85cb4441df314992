import Coordinator
import Studies
import Testing

/// Which hosts are given trials, after failures there.
@Suite struct HostTrustTests {
    private func keys(_ trials: Int...) -> [TrialKey] { trials.map { TrialKey(.none, $0) } }

    private func distrusting(_ host: String, among others: [String] = ["good"]) -> HostTrust {
        var hosts = HostTrust()
        for name in [host] + others { hosts.joined(name) }
        for trial in 1...HostTrust.failuresAllowed { _ = hosts.failed(host, trials: keys(trial), at: .zero) }
        return hosts
    }

    @Test func whatOneLostWorkerTakesWithItIsOneFailure() {
        var hosts = HostTrust()
        hosts.joined("bad")
        #expect(hosts.failed("bad", trials: keys(1, 2, 3, 4), at: .zero) == nil)
        #expect(hosts.failed("bad", trials: keys(1, 2), at: .zero) == nil)
        #expect(hosts.failed("bad", trials: keys(1, 2), at: .zero) == 3, "they are of two trials")
    }

    @Test func distrustIsToldOnceAndEachFailureLengthensIt() {
        var hosts = distrusting("bad")
        let half = HostTrust.probation / 2
        #expect(hosts.failed("bad", trials: keys(9), at: half) == nil, "it is told already")
        #expect(!hosts.mayTrain("bad", isIdle: true, at: HostTrust.probation))
        #expect(hosts.mayTrain("bad", isIdle: true, at: HostTrust.probation + half))
    }

    @Test func aTrialThatIsFinishedBreaksTheRow() {
        var hosts = HostTrust()
        hosts.joined("bad")
        hosts.joined("good")
        for trial in 1...2 { #expect(hosts.failed("bad", trials: keys(trial), at: .zero) == nil) }
        hosts.finishedTrial("bad")
        for trial in 3...4 { #expect(hosts.failed("bad", trials: keys(trial), at: .zero) == nil) }
        #expect(hosts.mayTrain("bad", isIdle: true, at: .seconds(1)))
    }

    /// Somebody has to train: a distrusted host is left out only while workers of others are connected.
    @Test func whoIsThereIsCounted() {
        var hosts = distrusting("bad", among: [])
        #expect(hosts.mayTrain("bad", isIdle: false, at: .seconds(1)), "there is nobody else")
        hosts.joined("bad")
        #expect(hosts.mayTrain("bad", isIdle: false, at: .seconds(1)), "another of its own is nobody else")
        hosts.joined("good")
        hosts.joined("good")
        hosts.left("bad")
        hosts.left("good")
        #expect(!hosts.mayTrain("bad", isIdle: true, at: .seconds(1)), "one is left")
        hosts.left("good")
        #expect(hosts.mayTrain("bad", isIdle: true, at: .seconds(1)))
    }

    @Test func aHostThatComesBackIsStillDistrusted() {
        var hosts = distrusting("bad")
        hosts.left("bad")
        hosts.joined("bad")
        #expect(hosts.isDistrusted("bad") && !hosts.mayTrain("bad", isIdle: true, at: .seconds(1)))
    }

    /// Rehabilitated, its workers count for the distrust of others, as long as they are there.
    @Test func aHostThatFinishedATrialIsTrustedAgain() {
        var hosts = distrusting("bad", among: [])
        hosts.finishedTrial("bad")
        for trial in 1...HostTrust.failuresAllowed { _ = hosts.failed("bad", trials: keys(trial), at: .zero) }
        #expect(hosts.mayTrain("bad", isIdle: true, at: .seconds(1)), "again there is nobody else")
        hosts.finishedTrial("bad")
        hosts.joined("worse")
        for trial in 1...HostTrust.failuresAllowed { _ = hosts.failed("worse", trials: keys(trial), at: .zero) }
        #expect(!hosts.mayTrain("worse", isIdle: true, at: .seconds(1)))
        hosts.left("bad")
        #expect(hosts.mayTrain("worse", isIdle: true, at: .seconds(1)))
        hosts.joined("good")
        #expect(!hosts.mayTrain("worse", isIdle: true, at: .seconds(1)))
    }
}
