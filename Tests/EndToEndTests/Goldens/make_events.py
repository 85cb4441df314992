"""Makes events.out.tfevents.1 with PyTorch's own writer: python3 make_events.py. It needs torch and tensorboard."""
import pathlib
import tempfile

from torch.utils.tensorboard import SummaryWriter

with tempfile.TemporaryDirectory() as folder:
    writer = SummaryWriter(folder)
    for step in range(3):
        writer.add_scalar("loss/train", 1 / (step + 1), step)
        writer.add_scalar("val_loss", 2 / (step + 1), step)
        # A tensor, as TensorFlow writes scalars.
        writer.add_scalar("new", float(step), step, new_style=True)
    writer.add_text("note", "hello", 0)
    writer.close()
    (made,) = pathlib.Path(folder).iterdir()
    (pathlib.Path(__file__).parent / "events.out.tfevents.1").write_bytes(made.read_bytes())
