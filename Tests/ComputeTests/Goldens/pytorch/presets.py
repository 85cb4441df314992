"""Winnow's presets as PyTorch modules, with the same names for the same weights."""
from torch import nn


def mlp(inputs, outputs, hidden, dropout=0.0):
    layers, size = [nn.Flatten()], inputs
    for width in hidden:
        layers += [nn.Linear(size, width), nn.ReLU()] + ([nn.Dropout(dropout)] if dropout > 0 else [])
        size = width
    return nn.Sequential(*layers, nn.Linear(size, outputs))


def regressor(inputs=13, hidden=50, dropout=0.5):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 1))


def mnist_cnn(dropout=0.5):
    return nn.Sequential(
        nn.Conv2d(1, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 192, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(dropout), nn.Flatten(),
        nn.Linear(6912, 1024), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(1024, 512), nn.ReLU(),
        nn.Linear(512, 10))


class BasicBlock(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None if stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, channels, 1, stride=stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """torchvision's names, a 3x3 stem without bias and no pooling after it."""

    def __init__(self, classes, width, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.stages = len(blocks)
        inputs = width
        for stage, count in enumerate(blocks):
            channels = width << stage
            layers = [BasicBlock(inputs, channels, 1 if stage == 0 else 2)]
            layers += [BasicBlock(channels, channels, 1) for _ in range(count - 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
            inputs = channels
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean(dim=(2, 3)))


def resnet18(classes=10):
    return ResNet(classes, 64, [2, 2, 2, 2])


def resnet(classes, width, depth, stages=3):
    return ResNet(classes, width, [depth] * stages)


def resnet18_torchvision(classes=10, dropout=0.5):
    """torchvision's own network with another stem, and dropout before the last layer."""
    import torchvision

    model = torchvision.models.resnet18(num_classes=classes)
    model.conv1 = nn.Conv2d(3, 64, 3, padding=1)
    # As whole channels: what reaches `fc` is one value for each channel.
    model.avgpool = nn.Sequential(model.avgpool, nn.Dropout2d(dropout))
    return model
