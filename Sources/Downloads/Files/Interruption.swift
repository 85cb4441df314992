#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How a person ends a download: a descriptor that becomes readable, such as a `signalfd`. It is never read here.
package struct Interruption: Sendable {
    /// Nothing interrupts.
    package static let never = Interruption(descriptor: -1)

    let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Throws: ``DownloadError`` with `.interrupted` as soon as the descriptor is readable, within `pause` at most.
    /// - Parameter place: what was being done, for the error.
    func check(at place: String, waiting pause: Duration = .zero) throws(DownloadError) {
        let deadline = ContinuousClock.now + pause
        var left = pause
        repeat {
            var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Rounded up: a wait that ends too early would only begin again.
            let milliseconds = Int32(clamping: (left / .milliseconds(1)).rounded(.up).clampedToInt)
            // poll() does not look at a descriptor below 0.
            if poll(&waited, 1, milliseconds) > 0 { throw DownloadError(.interrupted, at: place, "interrupted") }
            left = deadline - .now
        } while left > .zero
    }
}

extension Double {
    fileprivate var clampedToInt: Int { Int(Swift.min(Swift.max(self, 0), 1e9)) }
}
