import Processes
import Foundation
import TestSupport
import Testing

/// Control groups as a tree of files that looks like `/`.
@Suite struct ControlGroupsTests {
    private let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
    }

    private func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let folder = URL(fileURLWithPath: root.file(path)).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try root.write(text, to: path)
        }
    }

    private var groups: ControlGroups { ControlGroups(root: root.path) }

    private static let unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let first = """
        31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

        """

    @Test func theSmallestQuotaAlongThePathCounts() throws {
        try write([
            "proc/self/cgroup": "0::/kube/pod/main\n", "proc/self/mountinfo": Self.unified,
            "sys/fs/cgroup/kube/cpu.max": "800000 100000\n",
            "sys/fs/cgroup/kube/pod/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/kube/pod/main/cpu.max": "max 100000\n",
            "sys/fs/cgroup/kube/other/cpu.max": "10000 100000\n",
        ])
        #expect(groups.quota == 1.5)
    }

    @Test func theFirstVersionsQuota() throws {
        try write([
            "proc/self/cgroup": "5:memory:/a\n4:cpu,cpuacct:/slurm/job\n0::/\n", "proc/self/mountinfo": Self.first,
            "sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_quota_us": "200000\n",
            "sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_period_us": "50000\n",
            "sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_period_us": "100000\n",
        ])
        #expect(groups.quota == 4)
    }

    /// A container sees its own group as the topmost, whatever it is called outside.
    @Test(arguments: [
        ("/docker/ab12", "/docker/ab12"), ("/", "/"), ("/docker/ab12", "/"), ("/", "/../../user.slice"),
    ])
    func aContainersOwnGroupIsTheTopmost(_ mounted: String, _ path: String) throws {
        try write([
            "proc/self/cgroup": "0::\(path)\n",
            "proc/self/mountinfo": "30 23 0:26 \(mounted) /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
            "sys/fs/cgroup/cpu.max": "100000 100000\n",
        ])
        #expect(groups.quota == 1)
    }

    /// A mount that shows another part of the tree says nothing of this process.
    @Test func theMountThatShowsTheGroupCounts() throws {
        try write([
            "proc/self/cgroup": "0::/job/step\n",
            "proc/self/mountinfo": "29 23 0:26 /job /my\\040groups rw shared:1 - cgroup2 none rw\n"
                + "30 23 0:26 /elsewhere /other rw - cgroup2 none rw\n",
            "my groups/step/cpu.max": "300000 100000\n", "other/cpu.max": "100000 100000\n",
        ])
        #expect(groups.quota == 3)
    }

    @Test(
        arguments: [
            [:], ["proc/self/cgroup": "0::/a\n"],
            ["proc/self/cgroup": "nonsense\n0:\n", "proc/self/mountinfo": "x y - z\n"],
            ["proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": unified, "sys/fs/cgroup/a/cpu.max": "max 100000\n"],
            ["proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": unified, "sys/fs/cgroup/a/cpu.max": "0 0\n"],
        ] as [[String: String]])
    func whatCannotBeReadLimitsNothing(_ files: [String: String]) throws {
        try write(files)
        #expect(groups.quota == nil)
        #expect(groups.memoryKills == nil)
    }

    @Test func theMemoryKillersVictimsAreCountedInTheirOwnGroup() throws {
        try write([
            "proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": Self.unified,
            "sys/fs/cgroup/a/b/memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n",
            "sys/fs/cgroup/a/memory.events": "oom_kill 9\n", "proc/vmstat": "nr_free_pages 1\noom_kill 50\n",
        ])
        #expect(groups.memoryKills == 2)
    }

    @Test func theFirstVersionAndTheSystemCountThemToo() throws {
        try write([
            "proc/self/cgroup": "5:memory:/a\n", "proc/self/mountinfo": Self.first,
            "sys/fs/cgroup/memory/a/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n",
            "proc/vmstat": "oom_kill 50\n",
        ])
        #expect(groups.memoryKills == 7)
        try FileManager.default.removeItem(atPath: root.file("sys/fs/cgroup/memory/a/memory.oom_control"))
        #expect(groups.memoryKills == 50)
    }

    @Test func thisProcessesGroupsAreRead() {
        // Whatever they say here: it must be a number of processors that can be.
        #expect(ControlGroups().quota ?? 1 > 0)
        #expect(ProcessorAllowance.count >= 1)
    }

    @Test(
        arguments: [
            (8, nil, 8), (8, 4, 4), (8, 1.5, 2), (8, 0.2, 1), (2, 16, 2), (1, nil, 1), (4, 1e300, 4),
        ] as [(Int, Double?, Int)])
    func aQuotaIsRoundedUp(_ affinity: Int, _ quota: Double?, _ count: Int) {
        #expect(ProcessorAllowance.count(affinity: affinity, quota: quota) == count)
    }
}
