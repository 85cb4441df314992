"""The cases of layers.h5: small and odd shapes that reach every branch, one layer each where one is enough."""
import dataclasses
import typing

import torch


@dataclasses.dataclass
class Case:
    name: str
    operation: str
    shape: tuple
    layers: list
    batch: int = 3
    tolerance: float = 1e-5
    # Makes the inputs from normal draws.
    transform: typing.Callable = lambda x: x
    # The inputs reach the kink or the tie as they are: it is part of the case.
    exact_inputs: bool = False


def linear(outputs, **settings):
    return {"kind": "linear", "outputs": outputs, **settings}


def conv(channels, kernel, **settings):
    return {"kind": "conv2d", "channels": channels, "kernel": kernel, **settings}


def norm(**settings):
    return {"kind": "batch_norm", **settings}


def layer_norm(**settings):
    return {"kind": "layer_norm", **settings}


def pool(kind, kernel, **settings):
    return {"kind": f"{kind}_pool2d", "kernel": kernel, **settings}


def dropout(kind, probability):
    return {"kind": kind, "probability": probability}


relu, flatten, global_average = {"kind": "relu"}, {"kind": "flatten"}, {"kind": "global_avg_pool"}


def residual(body, shortcut=()):
    return {"kind": "residual", "body": list(body), "shortcut": list(shortcut)}


def coarse(x):
    """Multiples of 1/2, many of them equal, many zero."""
    return (2 * x).round() / 2


linears = [
    Case("linear", "linear", (7,), [linear(5)]),
    Case("linear_without_bias", "linear", (7,), [linear(5, bias=False)]),
    Case("linear_one_sample_one_output", "linear", (13,), [linear(1)], batch=1),
    Case("linear_large", "linear", (33,), [linear(31)], batch=35),
    Case("linear_large_without_bias", "linear", (32,), [linear(32, bias=False)], batch=33),
    Case("linear_relu_linear", "linear", (13,), [linear(50), relu, linear(1)], batch=8),
    Case("linear_relu_linear_large", "linear", (30,), [linear(36), relu, linear(31)], batch=33),
]



def embedding(place, categories, dimensions):
    return {"kind": "embedding", "place": place, "categories": categories, "dimensions": dimensions}


def positions(*places):
    """Whole numbers from -1 on at these places, unknown ones among them."""
    def change(x):
        x = x.clone()
        for place in places:
            x[:, place] = torch.arange(len(x)) % 6 - 1
        return x
    return change


embeddings = [
    Case("embedding", "embedding", (4,), [embedding(1, 5, 3)], batch=9, transform=positions(1), exact_inputs=True),
    Case("embedding_first", "embedding", (3,), [embedding(0, 4, 2)], batch=7, transform=positions(0), exact_inputs=True),
    Case(
        "embedding_twice_before_linear", "embedding", (5,),
        [embedding(0, 4, 3), embedding(6, 5, 2), linear(7), {"kind": "tanh"}, linear(2)], batch=8,
        transform=positions(0, 4), exact_inputs=True),
]

# Name: input channels, size, then the layer. Those of 16 and more channels, kernel 3 and stride 1 may go by Winograd.
convolutions = [
    Case(name, "convolution", (inputs, *size), [conv(*layer, **settings)], batch=batch)
    for name, inputs, size, layer, settings, batch in [
        ("conv_1_channel", 1, (6, 7), (5, 3), {}, 2),
        ("conv_3_channels", 3, (5, 8), (4, 3), {"padding": 1, "bias": False}, 2),
        ("conv_3_to_16", 3, (8, 8), (16, 3), {"padding": 1}, 3),
        ("conv_1_to_64", 1, (6, 6), (64, 3), {}, 2),
        ("conv_17_to_3", 17, (7, 5), (3, 3), {"padding": 1, "bias": False}, 2),
        ("conv_3_to_17_padding_2", 3, (4, 6), (17, 3), {"padding": 2}, 1),
        ("conv_stride_2", 17, (9, 7), (3, 3), {"stride": 2, "padding": 1, "bias": False}, 2),
        ("conv_stride_2_no_padding", 3, (7, 8), (17, 3), {"stride": 2}, 2),
        ("conv_stride_2_even", 16, (8, 8), (16, 3), {"stride": 2, "padding": 1, "bias": False}, 2),
        ("conv_stride_2_padding_2", 1, (6, 5), (3, 3), {"stride": 2, "padding": 2}, 2),
        ("conv_kernel_1", 17, (5, 4), (17, 1), {}, 2),
        ("conv_kernel_1_stride_2", 16, (8, 6), (32, 1), {"stride": 2, "bias": False}, 2),
        ("conv_kernel_1_stride_2_odd", 3, (5, 7), (1, 1), {"stride": 2}, 2),
        ("conv_kernel_1_padding_1", 3, (4, 3), (5, 1), {"padding": 1}, 2),
        ("conv_kernel_5", 1, (9, 8), (3, 5), {"padding": 2}, 2),
        ("conv_kernel_5_17_channels", 17, (6, 7), (3, 5), {"padding": 1, "bias": False}, 2),
        ("conv_kernel_5_stride_2", 3, (9, 11), (16, 5), {"stride": 2, "padding": 2, "bias": False}, 2),
    ]
] + [
    Case(name, "convolution", (inputs, *size), [conv(channels, 3, **settings)], batch=batch, tolerance=1e-4)
    for name, inputs, channels, size, settings, batch in [
        ("conv_winograd_16", 16, 16, (10, 9), {"padding": 1}, 2),
        ("conv_winograd_16_to_32", 16, 32, (8, 6), {"padding": 1, "bias": False}, 1),
        ("conv_winograd_32_to_17_no_padding", 32, 17, (6, 7), {}, 1),
        ("conv_winograd_padding_2", 17, 16, (4, 5), {"padding": 2, "bias": False}, 2),
        ("conv_winograd_17_to_19", 17, 19, (5, 7), {"padding": 1}, 1),
    ]
]

norms = [
    Case("batch_norm_1d", "batch_norm", (5,), [norm()], batch=8),
    Case("batch_norm_1d_settings", "batch_norm", (19,), [norm(momentum=0.3, epsilon=1e-3)], batch=4),
    Case("batch_norm_1d_fused", "batch_norm", (6,), [linear(21, bias=False), norm(), relu, linear(3)], batch=9),
    Case("batch_norm_2d", "batch_norm", (3, 4, 5), [norm()], batch=4),
    Case("batch_norm_2d_17_channels", "batch_norm", (17, 3, 3), [norm(momentum=0.02)], batch=2),
    Case("batch_norm_2d_one_sample", "batch_norm", (16, 5, 2), [norm()], batch=1),
    Case("batch_norm_2d_offset", "batch_norm", (4, 6, 6), [norm()], batch=3, transform=lambda x: x / 2 + 5),
    Case("batch_norm_relu", "batch_norm", (18, 4, 4), [norm(), relu], batch=3),
    Case(
        "batch_norm_between_convolutions", "batch_norm", (3, 7, 7),
        [conv(16, 3, padding=1, bias=False), norm(), relu, conv(5, 1)], batch=3),
]

layer_norms = [
    Case("layer_norm", "layer_norm", (5,), [layer_norm()], batch=4),
    Case("layer_norm_epsilon", "layer_norm", (33,), [layer_norm(epsilon=1e-3)], batch=3),
    Case("layer_norm_one_sample", "layer_norm", (16,), [layer_norm()], batch=1),
    Case("layer_norm_offset", "layer_norm", (40,), [layer_norm()], batch=3, transform=lambda x: x / 2 + 5),
    Case("layer_norm_image", "layer_norm", (3, 4, 5), [layer_norm()], batch=2),
    Case("layer_norm_between_linears", "layer_norm", (11,), [linear(35), layer_norm(), relu, linear(3)], batch=5),
    Case(
        "layer_norm_after_conv", "layer_norm", (3, 6, 6), [conv(17, 3), layer_norm(), relu, conv(4, 1)], batch=2),
    Case(
        "layer_norm_in_residual", "layer_norm", (16,),
        [residual([layer_norm(), linear(16)]), layer_norm(), linear(2)], batch=3),
]

activations = [
    Case("relu", "relu", (9,), [relu], transform=coarse, exact_inputs=True),
    Case("relu_image", "relu", (17, 3, 4), [relu], batch=2),
    Case("leaky_relu", "leaky_relu", (9,), [{"kind": "leaky_relu"}], transform=coarse, exact_inputs=True),
    Case("leaky_relu_slope", "leaky_relu", (17, 3, 4), [{"kind": "leaky_relu", "slope": 0.2}], batch=2),
    Case("gelu", "gelu", (33,), [{"kind": "gelu"}], transform=lambda x: 3 * x),
    Case("gelu_image", "gelu", (5, 4, 4), [{"kind": "gelu"}], batch=2),
    Case("sigmoid", "sigmoid", (33,), [{"kind": "sigmoid"}], transform=lambda x: 8 * x),
    Case("sigmoid_image", "sigmoid", (17, 2, 3), [{"kind": "sigmoid"}], batch=2),
    Case("tanh", "tanh", (33,), [{"kind": "tanh"}], transform=lambda x: 3 * x),
    Case("tanh_image", "tanh", (17, 2, 3), [{"kind": "tanh"}], batch=2),
    Case("gelu_after_linear", "gelu", (11,), [linear(23), {"kind": "gelu"}, linear(4)], batch=5),
    Case("tanh_after_conv", "tanh", (3, 6, 6), [conv(8, 3), {"kind": "tanh"}], batch=2),
]

poolings = [
    Case("max_pool", "max_pooling", (3, 6, 8), [pool("max", 2)], batch=2),
    Case("max_pool_ties", "max_pooling", (5, 6, 6), [pool("max", 2)], batch=2, transform=coarse, exact_inputs=True),
    Case("max_pool_overlap", "max_pooling", (17, 7, 7), [pool("max", 3, stride=2)], batch=2),
    Case("max_pool_padding", "max_pooling", (16, 8, 8), [pool("max", 3, stride=2, padding=1)], batch=2),
    Case(
        "max_pool_negative_padding", "max_pooling", (3, 5, 5), [pool("max", 3, stride=1, padding=1)], batch=2,
        transform=lambda x: x - 4),
    Case("max_pool_remainder", "max_pooling", (4, 5, 7), [pool("max", 2)], batch=2),
    Case("conv_relu_max_pool", "max_pooling", (1, 9, 9), [conv(17, 3), relu, pool("max", 2)], batch=2),
    Case("avg_pool", "average_pooling", (3, 6, 8), [pool("avg", 2)], batch=2),
    Case("avg_pool_overlap", "average_pooling", (17, 7, 7), [pool("avg", 3, stride=2)], batch=2),
    Case("avg_pool_padding", "average_pooling", (16, 6, 6), [pool("avg", 3, stride=2, padding=1)], batch=2),
    Case("avg_pool_remainder", "average_pooling", (4, 5, 7), [pool("avg", 2)], batch=2),
    Case("global_average", "global_average_pooling", (17, 4, 3), [global_average], batch=3),
    Case(
        "global_average_flatten_linear", "global_average_pooling", (18, 3, 3), [global_average, flatten, linear(4)]),
    Case("flatten", "flatten", (5, 3, 2), [flatten]),
    Case("flatten_between", "flatten", (3, 5, 5), [conv(17, 3), flatten, linear(6)], batch=2),
]

dropouts = [
    Case("dropout", "dropout", (37,), [dropout("dropout", 0.5)], batch=4),
    Case("dropout_image", "dropout", (17, 3, 4), [dropout("dropout", 0.3)], batch=3),
    Case("dropout_after_relu", "dropout", (13,), [linear(20), relu, dropout("dropout", 0.2), linear(2)], batch=6),
    Case(
        "dropout_before_flatten", "dropout", (1, 8, 8),
        [conv(6, 3), relu, pool("max", 2), dropout("dropout", 0.5), flatten, linear(3)], batch=4),
    Case("dropout_twice", "dropout", (9,), [dropout("dropout", 0.5), linear(15), dropout("dropout", 0.5)], batch=4),
    Case("dropout_of_nothing", "dropout", (9,), [dropout("dropout", 0.0)]),
    Case("channel_dropout", "channel_dropout", (17, 3, 4), [dropout("dropout2d", 0.5)], batch=4),
    Case("channel_dropout_after_conv", "channel_dropout", (3, 6, 6), [conv(8, 3), dropout("dropout2d", 0.25)]),
    Case(
        "channel_dropout_of_averages", "channel_dropout", (20, 3, 3),
        [global_average, dropout("dropout2d", 0.5), flatten, linear(4)], batch=4),
]

sums = [
    Case("residual_identity", "add", (17, 5, 4), [residual([conv(17, 3, padding=1, bias=False)])], 2, 1e-4),
    Case("residual_relu_after", "add", (5, 6, 6), [residual([conv(5, 3, padding=1)]), relu], batch=2),
    Case(
        "residual_convolution", "add", (3, 8, 8),
        [residual([conv(17, 3, stride=2, padding=1)], [conv(17, 1, stride=2, bias=False)])], batch=2),
    Case("residual_of_features", "add", (12,), [residual([linear(12), relu, linear(12)]), linear(3)], batch=5),
    Case(
        "residual_dropout", "add", (10,),
        [residual([linear(8), dropout("dropout", 0.5)], [linear(8), dropout("dropout", 0.5)])], batch=5),
    Case(
        "residual_in_residual", "add", (4, 5, 5),
        [residual([residual([conv(4, 3, padding=1)]), relu], [conv(4, 1)])], batch=2),
    Case("residual_of_nothing", "add", (7,), [residual([]), linear(2)]),
    Case(
        "basic_block", "add", (6, 6, 6),
        [residual([conv(6, 3, padding=1, bias=False), norm(), relu, conv(6, 3, padding=1, bias=False), norm()]), relu],
        batch=3),
    Case(
        "basic_block_stride_2", "add", (6, 7, 7),
        [
            residual(
                [
                    conv(12, 3, stride=2, padding=1, bias=False), norm(), relu,
                    conv(12, 3, padding=1, bias=False), norm(),
                ],
                [conv(12, 1, stride=2, bias=False), norm()]),
            relu,
        ], 3, 1e-4),
]

cases = linears + embeddings + convolutions + norms + layer_norms + activations + poolings + dropouts + sums
