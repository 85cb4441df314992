"""A script of Hydra's: its parameters come as overrides, `optimizer.lr=0.1`."""
import hydra
from omegaconf import DictConfig


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config: DictConfig) -> None:
    width, lr = config.model.width, config.optimizer.lr
    for epoch in range(config.epochs):
        loss = (lr - 0.03) ** 2 * 100 + 1 / width + 1 / (epoch + 1)
        print(f"epoch: {epoch} val_loss: {loss:.5f}", flush=True)


if __name__ == "__main__":
    main()
