"""The same with transformers. Prints one line of JSON: python generate.py plain TOKENS SHAPE_AS_JSON"""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import torch
from transformers import LlamaConfig, LlamaForCausalLM

shape = json.loads(sys.argv[3])
torch.set_num_threads(shape["threads"])
model = LlamaForCausalLM(LlamaConfig(**shape["config"])).eval()
prompt = torch.arange(100, 116)[None]
times = []
for round in range(3):
    begin = time.perf_counter()
    with torch.inference_mode():
        out = model.generate(prompt, max_new_tokens=64, min_new_tokens=64, do_sample=False, use_cache=True, pad_token_id=0)
    if round > 0:
        times.append(1000 * (time.perf_counter() - begin) / (out.shape[1] - 16))
print(json.dumps({"times": times}))
