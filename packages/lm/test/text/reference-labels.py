"""Tokens and assistant masks of transformers, for comparison.

stdin: { "json": tokenizer.json, "template": Jinja source with generation marks, "conversations": [[message]] };
stdout: [{ "ids", "mask" }] per conversation.
"""
import json
import sys

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

given = json.load(sys.stdin)
tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(given["json"])))
answers = []
for messages in given["conversations"]:
    out = tokenizer.apply_chat_template(
        messages,
        chat_template=given["template"],
        tokenize=True,
        return_dict=True,
        return_assistant_tokens_mask=True,
    )
    answers.append({"ids": out["input_ids"], "mask": out["assistant_masks"]})
json.dump(answers, sys.stdout)
