/// How a data set is to be shared out.
package struct SplitRequest: Sendable, Hashable {
    /// What trains; all that is left where it is not given.
    package var training: Amount?
    /// What validates; the source's own part where it is not given.
    package var validation: Amount?
    /// What tests; the source's own part where it is not given. Where the source has one, it is drawn from there.
    package var test: Amount?
    /// Whether every class gives its share to each part; has no effect on a data set without classes.
    package var stratified: Bool
    /// How many training samples each class has, drawn after validation and test were set aside.
    package var imbalance: [Int]?
    /// What keeps its labels; the rest of the training samples goes without.
    package var labelled: Labelled?

    package init(
        training: Amount? = nil, validation: Amount?, test: Amount?, stratified: Bool, imbalance: [Int]? = nil,
        labelled: Labelled? = nil
    ) {
        self.training = training
        self.validation = validation
        self.test = test
        self.stratified = stratified
        self.imbalance = imbalance
        self.labelled = labelled
    }

    /// The part whose labels a semi-supervised training may use.
    package struct Labelled: Sendable, Hashable {
        /// How many training samples keep their label.
        package var count: Int
        /// Whether all classes have equally many of them, and of the validation part, one more or less.
        package var balanced: Bool
        /// How many samples validate; as many as `validation` says where it is not given.
        package var validationCount: Int?

        package init(count: Int, balanced: Bool, validationCount: Int? = nil) {
            self.count = count
            self.balanced = balanced
            self.validationCount = validationCount
        }
    }
}
