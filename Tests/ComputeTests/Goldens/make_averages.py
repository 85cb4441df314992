"""Makes averages.json: the averages of a sequence of weights as `torch.optim.swa_utils` keeps them.

    python3 Tests/ComputeTests/Goldens/make_averages.py         # needs torch
"""
import json
import pathlib

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
names = [name for name, tensor in model.state_dict().items() if tensor.is_floating_point()]
averages = {
    "ema": AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True),
    "swa": AveragedModel(model, use_buffers=True),
}
states, expected = [], {name: [] for name in averages}
for step in range(6):
    with torch.no_grad():
        for name in names:
            tensor = model.state_dict()[name]
            tensor.copy_(torch.randn_like(tensor).abs() if name.endswith("var") else torch.randn_like(tensor))
    states.append({name: model.state_dict()[name].flatten().tolist() for name in names})
    for kind, average in averages.items():
        average.update_parameters(model)
        state = average.module.state_dict()
        expected[kind].append({name: state[name].flatten().tolist() for name in names})
path = pathlib.Path(__file__).with_name("averages.json")
document = {"torch": torch.__version__, "decay": 0.9, "states": states, **expected}
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
