"""Greedy decoding of PyTorch with a key/value cache for bench/decoding.ts: prompts of one length, batch after batch."""
import torch

from contest import request, serve
from gpt2 import GPT2, Config

torch.set_num_threads(1)
torch.manual_seed(1)
asked = request()
config = Config(**asked["config"])
model = GPT2(config).eval()
prompts = torch.randint(config.vocabulary, (asked["prompts"], asked["promptLength"]))
shape = (asked["batch"], config.heads, config.context, config.width // config.heads)


@torch.inference_mode()
def decode() -> None:
    for batch in prompts.split(asked["batch"]):
        cache = [(torch.empty(len(batch), *shape[1:]), torch.empty(len(batch), *shape[1:])) for _ in range(config.layers)]
        token = model.next_token(batch, 0, cache)
        completions = [token]
        for position in range(asked["promptLength"], asked["promptLength"] + asked["newTokens"] - 1):
            token = model.next_token(token.unsqueeze(1), position, cache)
            completions.append(token)
        torch.stack(completions, dim=1).tolist()


serve(decode)
