"""Ids and texts of the reference implementation, for comparison.

stdin: { "cases": [{ "json": tokenizer.json, "texts": [text] }] }; stdout: [[{ "ids", "plain", "text" }]] per case and text.
"""
import json
import sys

from tokenizers import Tokenizer

answers = []
for case in json.load(sys.stdin)["cases"]:
    tokenizer = Tokenizer.from_str(json.dumps(case["json"]))
    answer = []
    for text in case["texts"]:
        ids = tokenizer.encode(text).ids
        answer.append(
            {
                "ids": ids,
                "plain": tokenizer.encode(text, add_special_tokens=False).ids,
                "text": tokenizer.decode(ids, skip_special_tokens=False),
                "skipped": tokenizer.decode(ids, skip_special_tokens=True),
            }
        )
    answers.append(answer)
json.dump(answers, sys.stdout)
