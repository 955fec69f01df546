"""Loads a text classifier's adapter and head with stock PEFT beside its base model and writes the logits of some tokens."""
import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification

base, adapter, classes, tokens = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
model = PeftModel.from_pretrained(AutoModelForSequenceClassification.from_pretrained(base, num_labels=classes), adapter)
model.eval()
with torch.no_grad():
    logits = [model(input_ids=torch.tensor([row])).logits[0].tolist() for row in tokens]
print(json.dumps(logits))
