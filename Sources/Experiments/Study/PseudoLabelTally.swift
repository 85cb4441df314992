/// What became of the unlabelled samples when a teacher labelled them.
package struct PseudoLabelTally: Hashable, Sendable, Codable {
    /// How many unlabelled samples there are.
    package var offered: Int
    /// How many the teacher was sure enough of.
    package var kept: Int
    /// How many of those kept have a known truth.
    package var known: Int
    /// How many of those it labelled rightly.
    package var right: Int

    package init(offered: Int, kept: Int, known: Int, right: Int) {
        self.offered = offered
        self.kept = kept
        self.known = known
        self.right = right
    }
}
