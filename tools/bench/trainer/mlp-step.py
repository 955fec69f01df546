"""Steps of an MLP 100-256-256-2 at batch 256 with torch, and Opacus where it is private. Prints one line of JSON."""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import torch

kind, steps = sys.argv[1], 25 * int(sys.argv[2])
torch.set_num_threads(1)
model = torch.nn.Sequential(
    torch.nn.Linear(100, 256), torch.nn.ReLU(), torch.nn.Linear(256, 256), torch.nn.ReLU(), torch.nn.Linear(256, 2)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(256, 100), torch.arange(256) % 2
if kind == "private":
    from opacus import PrivacyEngine

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=256)
    model, optimizer, _ = PrivacyEngine().make_private(
        module=model, optimizer=optimizer, data_loader=data, noise_multiplier=1.0, max_grad_norm=1.0, poisson_sampling=False
    )
criterion = torch.nn.CrossEntropyLoss()
times = []
for step in range(steps + 1):
    begin = time.perf_counter()
    optimizer.zero_grad()
    criterion(model(x), y).backward()
    optimizer.step()
    if step > 0:
        times.append(1000 * (time.perf_counter() - begin))
print(json.dumps({"times": times}))
