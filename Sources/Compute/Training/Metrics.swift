/// How well a model does on a set of samples.
public struct Metrics: Sendable, Equatable {
    /// The mean loss.
    public var loss: Double
    /// The share of samples whose largest output is their class, the first of equals; classification only.
    public var accuracy: Double?
    /// The mean of -log p with p the probability that the model gives the true class, every sample weighing alike:
    /// cross-entropy without smoothing or class weights, whatever the loss is; classification only.
    public var crossEntropy: Double?
    /// The mean of the squared errors over samples and outputs, whatever the loss is; regression only.
    public var meanSquaredError: Double?
    /// The root of the mean squared error, in the targets' units; regression only.
    public var rmse: Double?
    /// 1 - SSE / SST, the share of the targets' variance that is explained; regression only. SSE and SST are summed
    /// over all outputs, SST around each output's own mean. NaN where the targets do not vary.
    public var r2: Double?
    /// How many samples of true class t were predicted as class p, at t x classes + p; classification only.
    public var confusion: [Int]?

    public init(
        loss: Double, accuracy: Double? = nil, crossEntropy: Double? = nil, meanSquaredError: Double? = nil,
        rmse: Double? = nil, r2: Double? = nil, confusion: [Int]? = nil
    ) {
        self.loss = loss
        self.accuracy = accuracy
        self.crossEntropy = crossEntropy
        self.meanSquaredError = meanSquaredError
        self.rmse = rmse
        self.r2 = r2
        self.confusion = confusion
    }
}
