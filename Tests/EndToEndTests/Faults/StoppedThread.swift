import Foundation
import TestSupport

/// A thread of another process that stands still while the others run, as a hung computation does: the kernel stops
/// threads one by one for a tracer (`ptrace(2)`, PTRACE_SEIZE and PTRACE_INTERRUPT), which needs root here.
///
/// A process that ends has not ended for its parent before the tracer has taken note of its thread's end, too.
final class StoppedThread {
    private let lifeline = Pipe()
    private let tracer = Process()

    /// Stops the thread of `pid` that has computed the most: the one that trains.
    init(of pid: pid_t) throws {
        let output = Pipe()
        tracer.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        tracer.arguments = ["-c", Self.script, String(pid)]
        tracer.standardInput = lifeline
        tracer.standardOutput = output
        try tracer.run()
        // Its own end of the pipe would keep it from seeing ours close.
        guard let line = try output.fileHandleForReading.read(upToCount: 3), line == Data("ok\n".utf8) else {
            throw CocoaError(.fileReadUnknown)
        }
    }

    /// Lets the thread go on.
    func release() throws {
        try lifeline.fileHandleForWriting.close()
        tracer.waitUntilExit()
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
    }

    private static let script = """
        import ctypes, os, select, sys

        pid = int(sys.argv[1])
        def ticks(tid):
            with open(f"/proc/{pid}/task/{tid}/stat") as stat:
                return int(stat.read().rsplit(")", 1)[1].split()[11])
        tid = max(map(int, os.listdir(f"/proc/{pid}/task")), key=ticks)
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_ulong, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        SEIZE, INTERRUPT = 0x4206, 0x4207
        for request in SEIZE, INTERRUPT:
            if libc.ptrace(request, tid, None, None) != 0:
                sys.exit(os.strerror(ctypes.get_errno()))
        os.waitpid(tid, 0x40000000)
        print("ok", flush=True)
        while not select.select([sys.stdin], [], [], 0.02)[0]:
            if os.waitpid(tid, 0x40000000 | os.WNOHANG) != (0, 0):
                break
        """
}
