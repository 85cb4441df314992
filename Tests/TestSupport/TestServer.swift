import Foundation

/// A small HTTP server on a free port of this machine. What it does with a file of its folder depends on the first part
/// of the path: `/ranges/NAME` serves it well, the others each go wrong in one way.
package final class TestServer: Sendable {
    package let port: Int
    private let log: String
    private let lifeline: Pipe

    /// - Parameters:
    ///   - folder: whose files are served.
    ///   - log: a file of the server's own, for the requests.
    package init(serving folder: String, log: String) throws {
        self.log = log
        try Data().write(to: URL(fileURLWithPath: log))
        lifeline = Pipe()
        let output = Pipe()
        let process = Process()
        let interpreter = ProcessInfo.processInfo.environment["PYTHON3"] ?? "/usr/bin/python3"
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", TestServer.script, folder, log]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
                throw CocoaError(.fileReadUnknown)
            }
            line += byte
        }
        guard let port = Int(String(decoding: line.dropLast(), as: UTF8.self)) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        self.port = port
    }

    deinit {
        // Its standard input ends, and the server with it.
        try? lifeline.fileHandleForWriting.close()
    }

    /// The address below which files are served in the way of `kind`.
    package func url(_ kind: String) -> String { "http://127.0.0.1:\(port)/\(kind)/" }

    /// What was asked for so far: "/ranges/NAME" or "/ranges/NAME bytes=100-".
    package func requests() throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static let script = """
        import http.server, os, sys, threading

        folder, log = sys.argv[1:]
        seen = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def answer(self, status, length, headers={}):
                self.send_response(status)
                self.send_header("Content-Length", str(length))
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()

            def do_GET(self):
                asked = self.headers.get("Range")
                with open(log, "a") as file:
                    file.write(self.path + (" " + asked if asked else "") + "\\n")
                kind, name = self.path.lstrip("/").split("/", 1)
                seen[self.path] = seen.get(self.path, 0) + 1
                path = os.path.join(folder, name)
                if kind == "missing" or not os.path.exists(path):
                    return self.answer(404, 0)
                if kind == "redirect":
                    return self.answer(302, 5, {"Location": "/ranges/" + name}) or self.wfile.write(b"there")
                if kind == "toftp":
                    return self.answer(302, 0, {"Location": "ftp://127.0.0.1:1/" + name})
                if kind == "busy" and seen[self.path] == 1:
                    return self.answer(503, 0)
                with open(path, "rb") as file:
                    data = file.read()
                if kind == "html":
                    data = b"<html>please log in</html>"
                if kind == "wrong":
                    data = bytes(byte ^ 1 for byte in data)
                if kind == "long":
                    data += b"more"
                begin = 0
                if asked and kind not in ("plain", "cutplain", "wrong", "html"):
                    begin = int(asked.split("=")[1].split("-")[0])
                    if begin >= len(data):
                        return self.answer(416, 0, {"Content-Range": "bytes */%d" % len(data)})
                    if kind == "otherrange":
                        begin += 1
                    self.answer(206, len(data) - begin,
                        {"content-range": "bytes %d-%d/%d" % (begin, len(data) - 1, len(data))})
                else:
                    self.answer(200, len(data))
                rest = data[begin:]
                if kind in ("cut", "cutplain"):
                    self.wfile.write(rest[:40000])
                    self.close_connection = True
                elif kind == "stuck":
                    # Half of it and no more, also where a busy machine let the client give up and ask again.
                    self.wfile.write(rest[:max(0, len(data) // 2 - begin)])
                    self.wfile.flush()
                    threading.Event().wait()
                else:
                    self.wfile.write(rest)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, address):
                pass

        server = Server(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """
}
