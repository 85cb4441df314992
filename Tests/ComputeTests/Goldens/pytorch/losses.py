"""Losses: `value` and `gradient` (by the predictions) of `predictions` and `targets`.

The attribute `loss` is the loss as an experiment file writes it; `class_counts` are the training samples of each class,
from which the class weights of two kinds follow. PyTorch has no smoothing over the other classes alone, and its
weighted mean exists for class indices only: those cases are composed from log_softmax.
"""
import torch
import torch.nn.functional as F

from . import golden_file
from .layers import rounded

classes = 7
class_counts = [40, 10, 25, 3, 12, 9, 21]
listed = [0.5, 2.0, 1.0, 3.5, 0.25, 0.01, 1.25]


def class_weights(kind):
    counts = torch.tensor(class_counts).double()
    match kind:
        case None:
            return torch.ones(classes)
        case "inverse_frequency":
            return counts.sum() / (classes * counts)
        case "one_minus_frequency":
            return 1 - counts / counts.sum()
        case _:
            return torch.tensor(kind)


def focal(logits, targets, gamma, weights):
    """- sum w_y (1 - p)^gamma log p over the batch, by the sum of the weights."""
    log_p = logits.log_softmax(dim=1)[torch.arange(len(targets)), targets]
    return -(weights[targets] * (1 - log_p.exp()) ** gamma * log_p).sum() / weights[targets].sum()


def pinball(predictions, targets, level):
    error = targets - predictions
    return torch.maximum(level * error, (level - 1) * error).mean()


def smoothed_over_others(logits, targets, amount, weights):
    """- sum_c w_c q_c log softmax(x)_c over the batch, by the sum of the samples' class weights."""
    q = torch.full_like(logits, amount / (classes - 1))
    q[torch.arange(len(targets)), targets] = 1 - amount
    return -(weights * q * logits.log_softmax(dim=1)).sum() / weights[targets].sum()


def cross_entropies():
    for weights_name, weights in {
        "": None, "_weights": listed, "_inverse_frequency": "inverse_frequency",
        "_one_minus_frequency": "one_minus_frequency",
    }.items():
        for amount, spread in [(0, None), (0.1, "all"), (0.2, "others")]:
            settings = {"kind": "cross_entropy"}
            if weights is not None:
                settings["class_weights"] = weights
            if spread:
                settings["label_smoothing"] = {"amount": amount, "spread": spread}

            def loss(x, y, amount=amount, spread=spread, weights=class_weights(weights)):
                if spread == "others":
                    return smoothed_over_others(x, y, amount, weights)
                return F.cross_entropy(x, y, weight=weights, label_smoothing=amount)

            yield "cross_entropy" + (f"_smoothing_{spread}" if spread else "") + weights_name, settings, loss


    counts = torch.tensor(class_counts).double()
    for strength, weights in [(1, None), (2.5, listed)]:
        settings = {"kind": "cross_entropy", "logit_adjustment": strength}
        if weights:
            settings["class_weights"] = weights

        def adjusted(x, y, strength=strength, weights=class_weights(weights)):
            return F.cross_entropy(x + strength * (counts / counts.sum()).log(), y, weight=weights)

        yield f"cross_entropy_adjusted_{strength}", settings, adjusted
    some = [1.0, 0.0, 2.0, 0.0, 0.5, 1.0, 0.0]
    yield "cross_entropy_weights_of_0", {"kind": "cross_entropy", "class_weights": some}, (
        lambda x, y: F.cross_entropy(x, y, weight=class_weights(some)))
    for gamma, weights in [(2, None), (1.5, listed), (0, "inverse_frequency")]:
        settings = {"kind": "focal", "gamma": gamma}
        if weights is not None:
            settings["class_weights"] = weights
        yield f"focal_{gamma}", settings, (
            lambda x, y, gamma=gamma, weights=class_weights(weights): focal(x, y, gamma, weights))


def write(file):
    for number, (name, settings, loss) in enumerate(cross_entropies()):
        generator = torch.Generator().manual_seed(number)
        targets = torch.randint(classes, (11,), generator=generator)
        predictions = 2 * torch.randn((11, classes), generator=generator)
        # One sample that is sure and right, one that is sure and wrong.
        predictions[3, targets[3]] = 60
        predictions[4, (targets[4] + 1) % classes] = 120
        write_case(file, name, settings, loss, predictions, targets, class_counts=class_counts)
    sizes = {"": (9, 3), "_one_output": (5, 1)}
    for size_name, size in sizes.items():
        for number, (name, settings, loss) in enumerate([
            ("binary_cross_entropy", {"kind": "binary_cross_entropy"}, F.binary_cross_entropy_with_logits),
            ("mean_squared_error", {"kind": "mean_squared_error"}, F.mse_loss),
            ("mean_absolute_error", {"kind": "mean_absolute_error"}, F.l1_loss),
            ("huber", {"kind": "huber"}, F.huber_loss),
            ("quantile", {"kind": "quantile", "level": 0.9}, lambda x, y: pinball(x, y, 0.9)),
            ("quantile_low", {"kind": "quantile", "level": 0.25}, lambda x, y: pinball(x, y, 0.25)),
            ("huber_delta", {"kind": "huber", "delta": 0.3}, lambda x, y: F.huber_loss(x, y, delta=0.3)),
        ]):
            generator = torch.Generator().manual_seed(100 + number)
            predictions = 2 * torch.randn(size, generator=generator)
            if settings["kind"] == "binary_cross_entropy":
                targets = torch.rand(size, generator=generator).round()
                targets[1] = 0.25
                predictions[2], predictions[3] = 60, -120
            else:
                targets = torch.randn(size, generator=generator)
                # Where the loss of an absolute error has a corner, the derivative of its pieces is no authority.
                if settings["kind"] != "quantile":
                    predictions[2] = targets[2]
            write_case(file, name + size_name, settings, loss, predictions, targets)


def write_case(file, name, settings, loss, predictions, targets, **attributes):
    predictions, targets = rounded(predictions).requires_grad_(), rounded(targets)
    value = loss(predictions, targets)
    value.backward()
    group = file.case(name, loss=settings, value=value.item(), **attributes)
    golden_file.write(group, "predictions", predictions)
    golden_file.write(group, "targets", targets, dtype="<f4" if targets.is_floating_point() else "<i4")
    golden_file.write(group, "gradient", predictions.grad)
