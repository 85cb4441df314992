"""How goldens are stored: fixed-length text and little-endian numbers, which Winnow's HDF5 target reads."""
import json

import h5py
import numpy as np
import torch


class GoldenFile:
    """An .h5 file of cases, for a `with` statement."""

    def __init__(self, path):
        self.path = path
        self.cases = []

    def __enter__(self):
        self.file = h5py.File(self.path, "w", libver=("v110", "v110"))
        set_text(self.file, "torch_version", torch.__version__)
        return self

    def __exit__(self, *_):
        self.file.close()

    def case(self, name, **attributes):
        """The group of a new case; an attribute that is no text and no number becomes JSON."""
        assert name not in self.cases, name
        self.cases.append(name)
        group = self.file.create_group(name)
        for key, value in attributes.items():
            if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
                group.attrs[key] = np.int32(value)
            elif isinstance(value, float):
                group.attrs[key] = np.float64(value)
            else:
                set_text(group, key, value if isinstance(value, str) else json.dumps(value))
        return group


def set_text(group, name, text):
    group.attrs[name] = np.bytes_(text.encode())


def write(group, name, values, dtype="<f4"):
    """A dataset; large ones are compressed."""
    values = values.detach().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
    packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if values.size > 100 else {}
    group.create_dataset(name, data=values.astype(dtype), **packing)


def write_tensors(group, name, tensors):
    """A group of datasets with PyTorch's names."""
    inner = group.create_group(name)
    for key, tensor in tensors.items():
        write(inner, key, tensor)
