"""Prints fixtures/encoder-golden.json: what transformers and torch compute with small encoders whose weights follow a formula.

    python encoder-golden.py > fixtures/encoder-golden.json
"""
import json

import numpy
import torch
from transformers import BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification

torch.set_num_threads(1)
TOKENS = [[2, 7, 11, 5, 7, 3], [2, 9, 4, 3, 0, 0], [2, 0, 0, 0, 0, 0]]
PRESENT = [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0]]
TYPES = [[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
LABELS = [2, 0, 1]
BERT = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, vocab_size=13,
    max_position_embeddings=8, type_vocab_size=2,
)
DISTILBERT = dict(dim=16, n_layers=2, n_heads=4, hidden_dim=24, vocab_size=13, max_position_embeddings=8)


def fill(model):
    """Each weight from its tensor's name and its place in it, as encoder.test.ts does."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            place = 0.7 * numpy.arange(value.numel()) + 0.13 * sum(map(ord, name))
            centre = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
            value.copy_(torch.from_numpy(centre + 0.3 * numpy.sin(place)).reshape(value.shape))


def case(config_class, model_class, sizes, has_types=True, **more):
    config = config_class(**sizes, num_labels=3, attn_implementation="eager", **more)
    model = model_class(config).eval()
    fill(model)
    types = {"token_type_ids": torch.tensor(TYPES)} if has_types else {}
    inputs = {"input_ids": torch.tensor(TOKENS), "attention_mask": torch.tensor(PRESENT), **types}
    logits = model(**inputs).logits
    norms = []
    for i, label in enumerate(LABELS):
        model.zero_grad()
        out = model(**{key: value[i : i + 1] for key, value in inputs.items()}).logits
        torch.nn.functional.cross_entropy(out, torch.tensor([label])).backward()
        norms.append(sum((p.grad.double() ** 2).sum() for p in model.parameters()).sqrt().item())
    return {
        "config": {"architectures": [model_class.__name__], **sizes, **more},
        "tokens": TOKENS, "present": PRESENT, "types": TYPES if types else None, "labels": LABELS,
        "logits": [[float(f"{x:.8g}") for x in row] for row in logits.tolist()],
        "norms": [float(f"{x:.8g}") for x in norms],
    }


cases = [case(BertConfig, BertForSequenceClassification, BERT, hidden_act=a) for a in ("gelu", "gelu_new", "relu")]
cases.append(case(BertConfig, BertForSequenceClassification, BERT, hidden_act="gelu", layer_norm_eps=0.05))
cases.append(case(BertConfig, BertForSequenceClassification, BERT, has_types=False, hidden_act="gelu"))
cases.append(case(DistilBertConfig, DistilBertForSequenceClassification, DISTILBERT, has_types=False, activation="gelu"))
print("[\n" + ",\n".join("  " + json.dumps(c) for c in cases) + "\n]")
