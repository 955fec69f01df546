"""Writes a small random encoder, adapters with a head for it, and what transformers, PEFT and torch compute with them."""
import json
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification

folder, spec = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(6)
torch.set_num_threads(1)
families = {
    "bert": (BertConfig, BertForSequenceClassification),
    "distilbert": (DistilBertConfig, DistilBertForSequenceClassification),
}
config_class, model_class = families[spec["family"]]
model = model_class(config_class(**spec["config"], num_labels=3, attn_implementation="eager")).eval()
with torch.no_grad():
    for name, value in model.named_parameters():
        value.normal_(1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0, 0.3)
model.save_pretrained(folder)
lengths = [12, 7, 1, 9]
rows = torch.randint(1, 61, (len(lengths), 12))  # transformers gives the padding token, 0, no gradient even where it is text
present = (torch.arange(12)[None] < torch.tensor(lengths)[:, None]).long()
labels = torch.tensor([0, 2, 1, 1])


def each(network):
    """Logits, losses, gradient norms and the sum of gradients clipped to 0.5, one text after the other and unpadded."""
    logits, losses, norms, sums, plain = [], [], [], {}, {}
    for row, length, label in zip(rows, lengths, labels):
        network.zero_grad()
        out = network(input_ids=row[None, :length]).logits
        loss = torch.nn.functional.cross_entropy(out, label[None])
        loss.backward()
        grads = {n: p.grad.clone() for n, p in network.named_parameters() if p.requires_grad}
        norm = torch.sqrt(sum((g.double() ** 2).sum() for g in grads.values())).item()
        logits.append(out[0].detach())
        losses.append(loss.item())
        norms.append(norm)
        for name, g in grads.items():
            sums[name] = sums.get(name, 0) + g * min(1.0, 0.5 * (1 - 1e-5) / norm)
            plain[name] = plain.get(name, 0) + g
    return torch.stack(logits), losses, norms, sums, plain


logits, losses, norms, _, grads = each(model)
padded = model(input_ids=rows, attention_mask=present).logits.detach()
tensors = {"logits": logits, "padded": padded, **{f"grad:{n}": g for n, g in grads.items()}}
facts = {"tokens": rows.tolist(), "lengths": lengths, "labels": labels.tolist(), "norms": norms, "losses": losses}

adapted = get_peft_model(model, LoraConfig(
    r=4, lora_alpha=6, target_modules=spec["targets"], modules_to_save=spec["saved"], task_type="SEQ_CLS",
))
with torch.no_grad():
    for name, value in adapted.named_parameters():
        if value.requires_grad:
            value.normal_(0.0, 0.2)
adapted.save_pretrained(f"{folder}/adapter")
adapted.eval()
logits, losses, norms, sums, _ = each(adapted)
bare = lambda n: n.replace("base_model.model.", "").replace(".default", "").replace(".modules_to_save", "")
tensors |= {"adapted": logits, **{f"sum:{bare(n)}": g for n, g in sums.items()}}
facts |= {"adaptedNorms": norms, "adaptedLosses": losses}
save_file({n: t.contiguous() for n, t in tensors.items()}, f"{folder}/expected.safetensors")
with open(f"{folder}/expected.json", "w") as file:
    json.dump(facts, file)
