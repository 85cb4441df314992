/// An order came, and what was being done was given up.
struct Interruption: Error {}
