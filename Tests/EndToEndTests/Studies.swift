import Testing

/// The tests that train: one after another, since each uses all cores, and some are about time.
@Suite(.serialized) enum Studies {}
