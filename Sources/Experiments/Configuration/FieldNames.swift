import Architecture

/// What other programs call the keys and words of an experiment file: PyTorch, Lightning, Keras, scikit-learn, Optuna.
///
/// Words are compared without case and punctuation, so that `maxEpochs` and `max-epochs` are `max_epochs`.
enum FieldNames {
    /// The key of a section that `word` stands for.
    ///
    /// - Parameter names: the section's keys.
    static func key(for word: String, among names: [String]) -> String? {
        keys[plain(word)]?.first { names.contains($0) && $0 != word }
    }

    /// The dotted path of the key that `word` stands for in another section than the one at `path`.
    static func path(for word: String, from path: ConfigPath) -> String? {
        (keys[plain(word)] ?? []).lazy.compactMap { self.path(ofKey: $0, from: path) }.first
    }

    /// The dotted path of the key `key` of another section than the one at `path`.
    static func path(ofKey key: String, from path: ConfigPath) -> String? {
        guard !path.components.starts(with: ["model", "layers"]),
            !path.components.starts(with: ["search", "parameters"]),
            let section = sections[key], section != path.description
        else { return nil }
        return section.isEmpty ? key : "\(section).\(key)"
    }

    /// The value that `word` stands for, such as `mean_squared_error` for `mse`.
    static func word(for word: String, among names: [String]) -> String? {
        words[plain(word)]?.first { names.contains($0) }
    }

    /// Why a key of other programs is not needed; nil for all others.
    static func reasonToLeaveOut(_ word: String) -> String? {
        needless[plain(word)]
    }

    private static func plain(_ word: String) -> String {
        String(word.lowercased().unicodeScalars.filter { !"_-. ".unicodeScalars.contains($0) })
    }

    /// Where a key stands that has one place alone.
    private static let sections: [String: String] = [
        "name": "", "seed": "", "data": "", "model": "", "loss": "", "regularize": "", "pseudo_label": "",
        "optimizer": "", "train": "", "checkpoint": "", "requires": "", "search": "", "program": "",
        "source": "data", "split": "data", "imbalance": "data", "labelled": "data", "scale": "data",
        "scale_target": "data", "augment": "data", "batch_size": "data", "drop_last": "data",
        "validation": "data.split", "test": "data.split", "stratified": "data.split",
        "target": "data.source", "task": "data.source", "ignore": "data.source", "columns": "data.source",
        "separator": "data.source", "decimal": "data.source", "missing_values": "data.source", "folds": "data.split",
        "preset": "model", "layers": "model", "initialization": "model", "hidden": "model", "dropout": "model",
        "label_smoothing": "loss", "class_weights": "loss", "delta": "loss",
        "logit_adjustment": "loss", "level": "loss",
        "disturb_label": "regularize", "disturb_value": "regularize", "mixup": "regularize", "cutmix": "regularize",
        "learning_rate": "optimizer", "momentum": "optimizer", "nesterov": "optimizer", "beta1": "optimizer",
        "beta2": "optimizer", "weight_decay": "optimizer", "clip_norm": "optimizer",
        "learning_rate_schedule": "optimizer", "warmup": "optimizer.learning_rate_schedule",
        "epochs": "train", "select": "train", "early_stopping": "train", "monitor": "train.select",
        "goal": "train.select", "patience": "train.early_stopping", "min_delta": "train.early_stopping",
        "keep_training": "train.early_stopping", "weight_averaging": "train", "decay": "train.weight_averaging",
        "every": "checkpoint", "budget": "checkpoint",
        "sampler": "search", "seeds": "search", "trials": "search", "parameters": "search",
    ]

    private static let needless: [String: String] = {
        var reasons: [String: String] = [:]
        for word in [
            "infeatures", "inchannels", "inputsize", "inputdim", "inputshape", "numfeatures", "normalizedshape",
        ] {
            reasons[word] = "it follows from the layer before"
        }
        for word in ["numclasses", "nclasses", "nclass", "outputs", "outputdim", "outputsize"] {
            reasons[word] = "it follows from the data"
        }
        reasons["shuffle"] = "training samples are shuffled in every epoch"
        for word in ["numworkers", "njobs", "device", "gpus", "accelerator", "devices"] {
            reasons[word] = "winnow run --workers says how many trials run at a time, each on one core"
        }
        return reasons
    }()

    /// Plain words of other programs, by the keys that they stand for; the first one that a section has is meant.
    private static let keys = table([
        ("learning_rate", "lr learning_rate_init initial_learning_rate initial_lr base_lr max_lr eta0 step_rate"),
        ("weight_decay", "wd decay l2 l2_reg l2_regularization weight_decay_rate"),
        ("epsilon", "eps adam_epsilon"),
        ("beta1", "beta_1 b1 betas"),
        ("beta2", "beta_2 b2"),
        ("alpha", "rho"),
        (
            "clip_norm",
            "clipnorm max_norm grad_clip clip_grad_norm gradient_clip gradient_clip_val max_grad_norm grad_clip_norm clip"
        ),
        ("learning_rate_schedule", "scheduler lr_scheduler lr_schedule schedule learning_rate_scheduler"),
        ("optimizer", "optim optimiser solver"),
        ("kind", "type name class algorithm method class_path"),
        ("epochs", "max_epochs n_epochs num_epochs nb_epochs num_train_epochs max_iter epoch"),
        (
            "batch_size",
            "bs batch batchsize mini_batch_size minibatch_size train_batch_size per_device_train_batch_size"
        ),
        ("drop_last", "drop_remainder drop_last_batch"),
        ("seed", "random_state random_seed manual_seed rng_seed"),
        ("data", "dataset datasets datamodule"),
        ("source", "dataset data_path path file filename csv_path train_data"),
        (
            "validation",
            "val valid dev val_size val_split valid_split validation_split validation_size validation_fraction val_ratio"
        ),
        ("test", "test_size test_split test_ratio test_fraction"),
        ("train", "train_size train_split train_ratio training trainer fit"),
        ("stratified", "stratify"),
        ("scale", "scaler scaling normalize normalization normalisation standardize preprocessing"),
        ("scale_target", "normalize_target scale_y standardize_target"),
        ("augment", "augmentation augmentations transform transforms data_augmentation"),
        ("target", "target_column target_col label label_column label_col y output"),
        ("ignore", "ignore_columns drop_columns drop exclude"),
        ("task", "problem problem_type objective"),
        ("pretrained", "weights checkpoint warm_start init_from from_pretrained finetune_from"),
        ("freeze", "frozen freeze_layers frozen_layers"),
        ("layer_rates", "layer_lr layer_lrs param_groups lr_multipliers discriminative_lr"),
        ("columns", "dtypes dtype column_types features_types"),
        ("separator", "sep delimiter delim field_separator"),
        ("decimal", "decimal_separator dec"),
        ("missing_values", "na_values na null_values missing_value nan_values"),
        ("missing", "impute imputer imputation fillna fill strategy"),
        ("encode", "encoding encoder"),
        ("folds", "n_splits n_folds num_folds k cv"),
        ("column", "by group_column groups time_column key"),
        ("size", "image_size img_size resize target_size"),
        ("exif_orientation", "exif exif_transpose auto_orient autorotate"),
        ("std", "deviation stddev"),
        ("count", "n_labels num_labels n_labelled n"),
        ("model", "network net module estimator"),
        ("preset", "architecture arch type name backbone network kind"),
        ("layers", "modules blocks"),
        (
            "hidden",
            "hidden_sizes hidden_layers hidden_layer_sizes hidden_units hidden_size hidden_dim hidden_dims units"
        ),
        ("initialization", "init weight_init initializer kernel_initializer"),
        ("batch_norm", "batchnorm bn use_bn use_batch_norm"),
        ("features", "out_features units output_size neurons out_dim output_dim size n_out"),
        ("channels", "out_channels filters n_filters num_filters"),
        ("kernel", "kernel_size pool_size ksize window filter_size"),
        ("stride", "strides"),
        ("padding", "pad"),
        ("bias", "use_bias"),
        ("slope", "negative_slope alpha"),
        ("dropout", "dropout_rate drop_rate dropout_prob"),
        ("probability", "p rate dropout_rate prob"),
        ("loss", "criterion loss_fn loss_function objective"),
        ("label_smoothing", "smoothing"),
        ("class_weights", "weight weights class_weight pos_weight"),
        ("delta", "beta"),
        ("level", "quantile"),
        ("logit_adjustment", "tau adjustment"),
        ("weight_averaging", "ema swa averaging average"),
        ("regularize", "regularization regularizer"),
        ("select", "selection checkpoint_metric model_checkpoint"),
        ("monitor", "metric eval_metric metric_for_best_model"),
        ("goal", "mode direction"),
        ("early_stopping", "early_stop early_stopping_rounds n_iter_no_change early_stopping_patience"),
        ("min_delta", "tol min_improvement"),
        ("factor", "gamma"),
        ("epochs", "step_size t_max total_epochs"),
        ("minimum", "eta_min min_lr"),
        ("warmup", "warmup_epochs warm_up"),
        ("start_factor", "warmup_start_factor"),
        ("rise", "pct_start"),
        ("divisor", "div_factor"),
        ("final_divisor", "final_div_factor"),
        ("min_momentum", "base_momentum"),
        ("every", "interval frequency save_every every_n_seconds"),
        ("search", "tune hyperparameters sweep hpo"),
        ("parameters", "space search_space params param_grid param_distributions param_space"),
        ("trials", "n_trials num_trials num_samples n_iter max_trials"),
        ("seeds", "n_seeds num_seeds repeats repetitions replicates n_repeats"),
        ("sampler", "strategy search_alg algorithm method"),
        ("min", "low lower minimum from"),
        ("max", "high upper maximum to"),
        ("values", "choices options grid categorical"),
        ("scale", "log distribution log_scale"),
        ("integer", "int is_int is_integer"),
    ])

    /// The same for values; a layer says itself what it is called elsewhere.
    private static let words = table(Layer.otherNames + valueNames)

    private static let valueNames: [(name: String, others: String)] = [
        ("mean_squared_error", "mse mse_loss l2 l2_loss squared_error squared_loss"),
        ("mean_absolute_error", "mae l1 l1_loss absolute_error"),
        ("huber", "smooth_l1 smooth_l1_loss huber_loss"),
        (
            "cross_entropy",
            "ce nll nll_loss log_loss cross_entropy_loss categorical_crossentropy sparse_categorical_crossentropy "
                + "softmax_cross_entropy"
        ),
        ("binary_cross_entropy", "bce bce_loss bce_with_logits bce_with_logits_loss binary_crossentropy"),
        ("focal", "focal_loss sigmoid_focal_loss"),
        ("quantile", "pinball quantile_loss pinball_loss"),
        ("sgd", "gd gradient_descent momentum"),
        ("rmsprop", "rms_prop"),
        ("standardize", "standard standard_scaler z_score standardise standardization zero_mean"),
        ("min_max", "min_max_scaler"),
        ("normalize", "normalise normalization"),
        ("cosine", "cosine_annealing cosine_annealing_lr cosine_decay cos"),
        ("step", "step_lr multi_step_lr step_decay"),
        ("one_cycle", "one_cycle_lr"),
        ("reduce_on_plateau", "reduce_lr_on_plateau plateau"),
        ("validation_loss", "val_loss loss valid_loss eval_loss dev_loss"),
        ("validation_accuracy", "acc accuracy val_acc val_accuracy valid_acc valid_accuracy eval_accuracy top1"),
        ("validation_macro_f1", "f1 macro_f1 f1_macro f1_score val_f1 val_macro_f1 f1_score_macro"),
        ("validation_auroc", "auroc auc roc_auc roc_auc_score val_auroc val_auc"),
        ("validation_average_precision", "average_precision ap auprc pr_auc val_average_precision"),
        ("validation_balanced_accuracy", "balanced_accuracy val_balanced_accuracy balanced_accuracy_score"),
        ("validation_top5_accuracy", "top5 top_5 top5_accuracy top_k_accuracy val_top5_accuracy"),
        ("validation_calibration_error", "ece calibration_error expected_calibration_error val_ece"),
        ("validation_mean_absolute_error", "mae mean_absolute_error val_mae neg_mean_absolute_error"),
        ("validation_rmsle", "rmsle val_rmsle root_mean_squared_log_error msle"),
        ("validation_rmse", "rmse val_rmse root_mean_squared_error"),
        ("validation_r2", "r2 r2_score val_r2"),
        (
            "validation_mean_squared_error",
            "mse val_mse mean_squared_error val_mean_squared_error neg_mean_squared_error"
        ),
        ("validation_cross_entropy", "cross_entropy val_cross_entropy nll log_loss ce val_nll val_log_loss"),
        ("minimize", "min minimise lower_is_better"),
        ("maximize", "max maximise higher_is_better"),
        ("mnist_cnn", "cnn lenet convnet"),
        ("mlp", "dense fcn feedforward feed_forward multilayer_perceptron mlp_classifier"),
        ("regressor", "mlp_regressor regression"),
        ("weighted", "balanced weighted_random weighted_random_sampler"),
        ("grid", "grid_search"),
        ("random", "random_search randomized randomized_search"),
        ("classification", "classify classifier clf multiclass binary"),
        ("regression", "regress regressor reg"),
        ("he", "kaiming kaiming_normal he_normal"),
        ("fixmatch", "fix_match"),
        ("k_fold", "kfold stratified_k_fold cv cross_validation"),
        ("group", "group_k_fold group_shuffle_split groups"),
        ("time", "time_series time_series_split temporal chronological"),
        ("one_hot", "onehot dummies get_dummies"), ("embedding", "embed entity_embedding learned"),
        ("embedding_dim", "embedding_size emb_size dimensions"),
        ("boolean", "bool"),
        ("number", "float int numeric double integer"),
        ("date", "datetime timestamp"),
        ("category", "categorical string str object"),
        ("most_frequent", "mode"),
        ("inverse_frequency", "balanced"),
        ("horizontal_flip", "flip random_horizontal_flip hflip"),
        ("random_crop", "crop"),
        ("random_erasing", "erasing cutout"),
        ("trivial_augment", "trivialaugment trivial_augment_wide ta"),
        ("rand_augment", "randaugment"),
        ("color_jitter", "colour_jitter jitter"),
        ("rotation", "random_rotation rotate"),
        ("affine", "random_affine"),
        ("fashion-mnist", "fmnist"),
        ("housing", "boston boston_housing"),
    ]

    private static func table(_ rows: [(name: String, others: String)]) -> [String: [String]] {
        var table: [String: [String]] = [:]
        for (name, others) in rows {
            for other in others.split(separator: " ") { table[plain(String(other)), default: []].append(name) }
        }
        return table
    }
}
