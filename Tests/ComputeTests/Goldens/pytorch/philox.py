"""Winnow's random stream, so that PyTorch drops what Winnow drops, and large weights need not be stored.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11; Sources/Random/RandomStream.swift.
"""
import numpy as np

purposes = {"initialization": 1, "dropout": 3, "sampler": 9, "unlabelled_dropout": 12}


def blocks(key, counters):
    """Philox4x32-10: a block of four words for each row of `counters` (four words, low first)."""
    c = [np.asarray(counters)[:, i].astype(np.uint64) for i in range(4)]
    k = [np.uint64(word) for word in key]
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    for round in range(10):
        if round > 0:
            k = [(k[0] + np.uint64(0x9E3779B9)) & low, (k[1] + np.uint64(0xBB67AE85)) & low]
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> shift) ^ c[1] ^ k[0], p1 & low, (p0 >> shift) ^ c[3] ^ k[1], p0 & low]
    return np.stack(c, axis=1).astype(np.uint32)


# The published vectors for zeros, and for the digits of pi.
assert [hex(word) for word in blocks((0, 0), [[0] * 4])[0]] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
assert [hex(word) for word in blocks(
    (0xA4093822, 0x299F31D0), [[0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]])[0]
] == ["0xd16cfe09", "0x94fdcceb", "0x5001e420", "0x24126ea1"]


def words(count, seed, purpose, index=0, step=0):
    """The first `count` words of RandomStream(seed:stream:index:step:)."""
    number = np.arange((count + 3) // 4, dtype=np.uint64)
    counters = np.stack([
        number & np.uint64(0xFFFFFFFF), number >> np.uint64(32), np.full_like(number, step),
        np.full_like(number, purposes[purpose] << 24 | index)], axis=1)
    return blocks((seed & 0xFFFFFFFF, seed >> 32), counters).reshape(-1)[:count]


def uniform(count, *stream, **coordinates):
    """The first `count` draws of uniformFloat(), as 32-bit floats."""
    return (words(count, *stream, **coordinates) >> np.uint32(8)).astype(np.float32) * np.float32(2.0 ** -24)
