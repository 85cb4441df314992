import Experiments
import Testing

/// Words of PyTorch, Keras, Lightning and scikit-learn are told what they are called here.
@Suite struct FieldNameTests {
    @Test(arguments: [
        ("optimizer: {lr: 0.1}", "learning_rate"), ("optimizer: {wd: 0.1}", "weight_decay"),
        ("optimizer: {eps: 0.1}", "epsilon"), ("optimizer: {type: adam}", "kind"),
        ("optimizer: {scheduler: cosine}", "learning_rate_schedule"), ("optimizer: {max_grad_norm: 1}", "clip_norm"),
        ("train: {max_epochs: 3}", "epochs"), ("train: {numEpochs: 3}", "epochs"),
        ("train: {metric: val_loss}", "train.select.monitor"), ("train: {lr: 0.1}", "optimizer.learning_rate"),
        ("train: {batch_size: 8}", "data.batch_size"), ("train: {bs: 8}", "data.batch_size"),
        ("train: {patience: 8}", "train.early_stopping.patience"),
        ("epochs: 5", "train.epochs"), ("max_epochs: 5", "train.epochs"), ("lr: 0.1", "optimizer.learning_rate"),
        ("learning_rate: 0.1", "optimizer.learning_rate"), ("batch_size: 8", "data.batch_size"),
        ("scheduler: {kind: asha}", "optimizer.learning_rate_schedule"), ("criterion: mse", "loss"),
        ("random_state: 1", "seed"), ("weight_decay: 0.1", "optimizer.weight_decay"), ("seeds: 3", "search.seeds"),
        ("loss: {weight: none}", "class_weights"), ("loss: {kind: mse}", "mean_squared_error"),
        ("loss: mae", "mean_absolute_error"), ("loss: BCEWithLogitsLoss", "binary_cross_entropy"),
        ("search: {n_trials: 3}", "trials"), ("search: {param_grid: {}}", "parameters"),
        ("search: {parameters: {optimizer.lr: [0.1]}}", "learning_rate"),
        ("search: {parameters: {optimizer.learning_rate: {low: 0.1, high: 0.2}}}", "min"),
        ("search: {parameters: {optimizer.learning_rate: {choices: [0.1]}}}", "values"),
        ("train: {select: {monitor: val_loss}}", "validation_loss"),
        ("train: {select: val_acc}", "validation_accuracy"),
        ("train: {select: {monitor: accuracy}}", "validation_accuracy"),
        ("train: {select: {monitor: loss}}", "validation_loss"),
        ("train: {select: {monitor: f1}}", "validation_macro_f1"),
        ("train: {select: {mode: min}}", "goal"), ("train: {early_stopping: {patience: 3, tol: 1}}", "min_delta"),
        ("optimizer: {learning_rate_schedule: CosineAnnealingLR}", "cosine"),
        ("optimizer: {learning_rate_schedule: {kind: step, step_size: 3}}", "epochs"),
        ("optimizer: {learning_rate_schedule: {kind: step, epochs: 3, gamma: 0.1}}", "factor"),
    ])
    func isToldWhatItIsCalled(_ section: String, _ name: String) throws {
        let line = try #require(complaint(classification + section + "\n"))
        #expect(line.hasPrefix("e.yaml:3:") && line.hasSuffix(" (called \(name) here)"), "\(line)")
    }

    @Test(arguments: [
        ("validation_rmse", "rmse"), ("validation_mean_squared_error", "mse"), ("validation_r2", "r2_score"),
    ])
    func aRegressionsMonitors(_ name: String, _ word: String) throws {
        let line = try #require(complaint(regression + "train: {select: {monitor: \(word)}}\n"))
        #expect(line.hasSuffix(" (called \(name) here)"), "\(line)")
    }

    @Test(arguments: [
        ("conv2d: {out_channels: 3, kernel: 3}", "channels"), ("conv2d: {channels: 3, kernel_size: 3}", "kernel"),
        ("linear: {out_features: 3}", "features"), ("linear: {units: 3}", "features"), ("Dense: 3", "linear"),
        ("max_pool2d: {kernel: 2, strides: 2}", "stride"), ("MaxPooling2D: 2", "max_pool2d"),
        ("BatchNorm2d: {}", "batch_norm"), ("LayerNorm: {}", "layer_norm"),
        ("leaky_relu: {negative_slope: 0.1}", "slope"),
        ("dropout: {p: 0.5}", "probability"),
    ])
    func layersToo(_ layer: String, _ name: String) throws {
        let line = try #require(complaint("data: digits\nmodel: {layers: [{\(layer)}]}\n"))
        #expect(line.hasSuffix(" (called \(name) here)"), "\(line)")
    }

    @Test func whatFollowsByItselfIsToBeLeftOut() {
        #expect(
            complaint("data: digits\nmodel: {layers: [{linear: {in_features: 3, features: 3}}]}\n")
                == "e.yaml:2:28: model.layers.0.linear.in_features: unknown key \"in_features\" for linear: leave it out, "
                + "it follows from the layer before")
    }

    @Test func theRightKeyMayStandThereAlready() {
        #expect(
            complaint(classification + "optimizer: {learning_rate: 0.1, learning_rat: 0.2}\n")
                == "e.yaml:3:33: optimizer.learning_rat: unknown key \"learning_rat\" for adam; "
                + "\"learning_rate\" stands here already (did you mean \"learning_rate\"?)")
        #expect(
            complaint(classification + "optimizer: {learning_rate: 0.1, lr: 0.2}\n")
                == "e.yaml:3:33: optimizer.lr: unknown key \"lr\" for adam; "
                + "\"learning_rate\" stands here already (called learning_rate here)")
    }

    @Test(arguments: [
        ("my.csv", "{csv: my.csv}"), ("data/my.csv.gz", "{csv: data/my.csv.gz}"), ("a.tsv", "{csv: a.tsv}"),
        ("a.h5", "{hdf5: a.h5}"), ("../a.HDF5", "{hdf5: ../a.HDF5}"), ("./animals", "{images: ./animals}"),
        ("data/animals/", "{images: data/animals/}"), ("a.parquet", "{csv: FILE}"),
        ("train-images-idx3-ubyte", "{idx: FOLDER}"),
        ("animals", "{images: FOLDER}"),
    ])
    func aPathAsSourceIsToldHowItIsWritten(_ path: String, _ form: String) throws {
        for text in ["data: {source: \(path)}\n", "data: \(path)\n"] {
            let line = try #require(complaint(text + "model: mlp\n"))
            #expect(line.contains(form), "\(line)")
        }
    }
}
