"""Steps with mixed targets and with pseudo-labels.

Mixed losses (`classes`, `partners`, `share`) are share CE(x, classes) + (1 - share) CE(x, partners), the form that
mixup's and CutMix's authors train with: `value` and `gradient` by the `predictions`.

A case `pseudo_...` is one SGD step of a small network from `state`: loss(labelled) + weight loss(unlabelled), each with
a backward pass of its own, the gradients adding up as `backward()` adds them. Labels of the unlabelled batch are the
network's own in training mode, or `unlabelled_targets` where `labels` is "given". Where it is "consistent" (FixMatch) they
are the network's for `weak_inputs`, and count if they are as probable as `threshold`; the loss is divided by all samples. Dropout draws the labelled batch's
masks from the stream that it always has, the unlabelled one's from `unlabelled_dropout`.
"""
import torch
import torch.nn.functional as F

from . import golden_file
from .layer_cases import linear
from .layers import rounded
from .losses import classes, listed, smoothed_over_others
from .modules import Builder, MaskedDropout

layers = [
    {"kind": "conv2d", "channels": 3, "kernel": 3, "padding": 1, "bias": False}, {"kind": "batch_norm"},
    {"kind": "relu"},
    {"kind": "dropout2d", "probability": 0.25}, {"kind": "flatten"}, linear(12), {"kind": "relu"},
    {"kind": "dropout", "probability": 0.5}, linear(classes),
]
shape, seed, step = (2, 5, 5), 31, 4
labelled_count, unlabelled_count = 6, 9


def losses():
    weights = torch.tensor(listed)
    smooth = {"label_smoothing": {"amount": 0.1, "spread": "all"}}
    yield "plain", {}, F.cross_entropy
    yield "smoothing", smooth, lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1)
    yield (
        "smoothing_others_weights",
        {"label_smoothing": {"amount": 0.2, "spread": "others"}, "class_weights": listed},
        lambda x, y: smoothed_over_others(x, y, 0.2, weights))
    yield (
        "smoothing_weights", {**smooth, "class_weights": listed},
        lambda x, y: F.cross_entropy(x, y, weight=weights, label_smoothing=0.1))


def write(file):
    for number, (name, settings, loss) in enumerate(losses()):
        settings = {"kind": "cross_entropy", **settings}
        for kind in ("permuted", "other"):
            write_mixed(file, f"mixed_{name}_{kind}", settings, loss, number, kind)
        for labels in ("online", "given") if name in ("plain", "smoothing_others_weights") else ():
            write_pseudo(file, f"pseudo_{labels}_{name}", settings, loss, labels)
    write_pseudo(file, "pseudo_consistent_plain", {"kind": "cross_entropy"}, F.cross_entropy, "consistent")
    write_pseudo(file, "pseudo_online_clipped", {"kind": "cross_entropy"}, F.cross_entropy, "online", clip=0.1)


def write_mixed(file, name, settings, loss, number, kind):
    """Partners are the batch in another order, or any classes, whose weights then have another sum."""
    generator = torch.Generator().manual_seed(200 + number)
    first = torch.randint(classes, (11,), generator=generator)
    partners = (
        first[torch.randperm(11, generator=generator)] if kind == "permuted"
        else torch.randint(classes, (11,), generator=generator))
    predictions = rounded(2 * torch.randn((11, classes), generator=generator)).requires_grad_()
    share = 0.3125
    value = share * loss(predictions, first) + (1 - share) * loss(predictions, partners)
    value.backward()
    group = file.case(name, loss=settings, value=value.item(), share=share)
    golden_file.write(group, "predictions", predictions)
    golden_file.write(group, "classes", first, dtype="<i4")
    golden_file.write(group, "partners", partners, dtype="<i4")
    golden_file.write(group, "gradient", predictions.grad)


def write_pseudo(file, name, settings, loss, labels, clip=None):
    torch.manual_seed(7)
    model, _ = Builder(seed, step).sequential(layers, shape)
    model.train()
    for tensor in model.state_dict().values():
        tensor.copy_(rounded(tensor))
    state = {key: tensor.clone() for key, tensor in model.state_dict().items() if tensor.is_floating_point()}
    x, u = rounded(torch.randn(labelled_count, *shape)), rounded(torch.randn(unlabelled_count, *shape))
    y, truth = torch.randint(classes, (labelled_count,)), torch.randint(classes, (unlabelled_count,))
    weight, rate = 0.75, 0.5
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    labelled = loss(model(x), y)
    labelled.backward()
    for module in model.modules():
        if isinstance(module, MaskedDropout):
            module.stream["purpose"] = "unlabelled_dropout"
    threshold, weak = 0.0, None
    if labels == "consistent":
        weak = rounded(u + torch.randn(unlabelled_count, *shape) / 4)
        with torch.no_grad():
            confidence, guesses = model(weak).softmax(dim=1).max(dim=1)
        # In the widest gap, so that rounding cannot choose.
        ordered = confidence.sort().values
        widest = int((ordered[1:] - ordered[:-1]).argmax())
        threshold = float(ordered[widest:widest + 2].mean())
        sure = confidence >= threshold
        assert (confidence - threshold).abs().min() > 1e-3 and 0 < sure.sum() < unlabelled_count
    outputs = model(u)
    # No two outputs so near each other that rounding could choose.
    top = outputs.topk(2, dim=1).values
    assert (top[:, 0] - top[:, 1]).min() > 1e-3
    if labels == "consistent":
        unlabelled = (F.cross_entropy(outputs, guesses, reduction="none") * sure).mean()
        right = int(((guesses == truth) & sure).sum())
    else:
        unlabelled = loss(outputs, outputs.argmax(dim=1) if labels == "online" else truth)
        right = int((outputs.argmax(dim=1) == truth).sum())
    (weight * unlabelled).backward()
    gradients = {key: parameter.grad.clone() for key, parameter in model.named_parameters()}
    if clip:
        assert torch.nn.utils.clip_grad_norm_(model.parameters(), clip) > 2 * clip
    optimizer.step()
    group = file.case(
        name, loss=settings, layers=layers, seed=seed, step=step, weight=weight, labels=labels, learning_rate=rate,
        clip_norm=clip or 0.0, labelled_loss=labelled.item(), unlabelled_loss=unlabelled.item(),
        right=right, threshold=threshold)
    if weak is not None:
        golden_file.write(group, "weak_inputs", weak)
    for key, tensor in {"inputs": x, "unlabelled_inputs": u}.items():
        golden_file.write(group, key, tensor)
    for key, tensor in {"targets": y, "unlabelled_targets": truth}.items():
        golden_file.write(group, key, tensor, dtype="<i4")
    golden_file.write_tensors(group, "state", state)
    golden_file.write_tensors(group, "gradients", gradients)
    golden_file.write_tensors(
        group, "after", {key: tensor for key, tensor in model.state_dict().items() if tensor.is_floating_point()})
