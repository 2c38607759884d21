"""Training steps of PyTorch for bench/training.ts: eager, or compiled when the request says so."""
import torch

from contest import request, serve
from gpt2 import GPT2, Config

torch.set_num_threads(1)
torch.manual_seed(1)
asked = request()
config = Config(**asked["config"])
model = GPT2(config)
decayed = [parameter for parameter in model.parameters() if parameter.dim() == 2]
others = [parameter for parameter in model.parameters() if parameter.dim() != 2]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
    lr=1e-3, betas=(0.9, 0.95), fused=True,
)
loss_of = torch.compile(model.loss) if asked["compile"] else model.loss
tokens = torch.randint(config.vocabulary, (asked["batch"], config.context + 1))
inputs, targets = tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()


def step() -> None:
    loss = loss_of(inputs, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
    optimizer.step()
    loss.item(), norm.item()


serve(step)
